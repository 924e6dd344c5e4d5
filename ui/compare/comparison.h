#pragma once

#include <QImage>
#include <QObject>
#include <QString>
#include <array>
#include <optional>
#include <vector>

#include "core/image/picture_difference.h"
#include "core/request/request_difference.h"

namespace tstitch::ui {

/// Which of the two pictures.
enum class Side { A, B };

/// One of the two: what was asked for, and what came of it.
struct ComparedPicture {
  QString path;  ///< absolute once it was read
  QImage image;
  std::optional<GenerationRequest> request;  ///< of a picture of ours
  QString problem;                           ///< why there is no image
};

/// How the two differ where they have one size.
struct ComparedPixels {
  PictureDifference numbers;
  QImage map;
  int greatest = 0;  ///< see DifferenceMap
};

/// Two pictures and their differences. Reads and computes in background threads and says `changed` whenever more is
/// known; what was asked for meanwhile wins.
class Comparison : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// An empty path: none.
  void setPath(Side side, const QString& path);
  void swap();

  [[nodiscard]] const ComparedPicture& picture(Side side) const { return pictures_[index(side)]; }
  [[nodiscard]] const std::optional<ComparedPixels>& pixels() const { return pixels_; }
  [[nodiscard]] bool hasBoth() const { return !pictures_[0].image.isNull() && !pictures_[1].image.isNull(); }
  /// Why there are no numbers, one sentence; empty while there is nothing to say.
  [[nodiscard]] QString problem() const;
  /// Nothing where one of them does not carry settings of ours.
  [[nodiscard]] std::optional<std::vector<SettingDifference>> settings() const;

 Q_SIGNALS:
  void changed();

 private:
  static std::size_t index(Side side) { return side == Side::A ? 0 : 1; }
  void compute();

  std::array<ComparedPicture, 2> pictures_;
  std::array<quint64, 2> asked_{};  ///< the number of the load of each that goes on; 0 = none does
  quint64 last_ = 0;                ///< of loads and computations
  std::optional<ComparedPixels> pixels_;
};

}  // namespace tstitch::ui
