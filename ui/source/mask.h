#pragma once

#include <QImage>
#include <QPointF>
#include <QSize>
#include <QString>

#include "core/request/generation_request.h"

namespace tstitch::ui {

/// Which part of a picture is drawn anew: white is, black stays. A value without widgets.
class Mask {
 public:
  Mask() = default;
  /// All black.
  explicit Mask(QSize size);
  /// Of a picture, cut at one half, brought to that size.
  Mask(const QImage& picture, QSize size);

  [[nodiscard]] bool isNull() const { return pixels_.isNull(); }
  [[nodiscard]] QSize size() const { return pixels_.size(); }
  /// Eight bits to a pixel, 0 or 255.
  [[nodiscard]] const QImage& pixels() const { return pixels_; }
  /// How much of it is white, 0..1.
  [[nodiscard]] double share() const;

  /// A round brush drawn from one place to another.
  void paint(QPointF from, QPointF to, double radius, bool white);
  void invert() { pixels_.invertPixels(); }
  void clear() { pixels_.fill(0); }

  friend bool operator==(const Mask& a, const Mask& b) { return a.pixels_ == b.pixels_; }

 private:
  QImage pixels_;
};

/// What a run of that size sees of a picture: its middle in the run's shape, at most `side` pixels each way.
QImage seenByRun(const QImage& picture, Extent run, int side);

/// Writes the mask as FOLDER/HASH.png, named by its content, and returns the path; one that is there stays. May be
/// called in any thread. Throws Error.
QString saveMask(const Mask& mask, const QString& folder);

}  // namespace tstitch::ui
