#pragma once

#include <QString>
#include <string>
#include <vector>

namespace tstitch::ui {

/// A text of the window in the bytes that the core reads, and places in both.
class PromptPlaces {
 public:
  explicit PromptPlaces(const QString& text);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::size_t byteAt(qsizetype place) const { return offsets_[static_cast<std::size_t>(place)]; }
  /// The letter that holds that byte; the end for the end.
  [[nodiscard]] qsizetype placeAt(std::size_t byte) const;

 private:
  std::string bytes_;
  std::vector<std::size_t> offsets_;  ///< of each letter, and of the end
};

}  // namespace tstitch::ui
