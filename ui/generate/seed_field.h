#pragma once

#include <QWidget>
#include <cstdint>
#include <optional>

class QCheckBox;
class QLineEdit;
class QToolButton;

namespace tstitch::ui {

/// A random 32-bit seed, as the program chooses when none is given.
std::uint64_t drawSeed();

/// The seed, a dice that draws a new one now, and a check box that draws one for every run.
class SeedField : public QWidget {
  Q_OBJECT

 public:
  explicit SeedField(QWidget* parent = nullptr);

  /// Nothing when the text is no number of 64 bits.
  [[nodiscard]] std::optional<std::uint64_t> seed() const;
  /// Why no run can begin with it, in a sentence; empty when one can.
  [[nodiscard]] QString problem() const;
  [[nodiscard]] bool isRandom() const;
  /// Shows a seed without ending `Random seed`: after a run, the one that was used.
  void showSeed(std::uint64_t seed);
  void setRandom(bool random);
  /// The seed of the next run: drawn and shown when `Random seed` is on.
  std::optional<std::uint64_t> take();

  void repaintIcons();

 Q_SIGNALS:
  void changed();

 private:
  void showProblem();

  QLineEdit* text_;
  QToolButton* dice_;
  QCheckBox* random_;
  bool showing_ = false;
};

}  // namespace tstitch::ui
