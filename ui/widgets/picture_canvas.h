#pragma once

#include <QPointF>
#include <QRectF>
#include <QSize>
#include <QWidget>

class QPainter;

namespace tstitch::ui {

/// A place for pictures that are fitted, zoomed by the wheel around the pointer and moved by dragging. A second click
/// turns between fitted and 1:1, and so do the keys 0 and 1; plus and minus zoom. For assistive tools an image whose
/// description is the widget's.
class PictureCanvas : public QWidget {
  Q_OBJECT

 public:
  /// Screen pixels per picture pixel, in percent, and what is left free around a fitted picture.
  struct Limits {
    int least;
    int most;
    int margin;
  };

  void fit();
  void actualSize();
  /// By that factor, keeping the point (widget coordinates) where it is.
  void zoomBy(double factor, QPointF anchor);
  /// Device independent pixels of the screen per picture pixel.
  [[nodiscard]] double scale() const;
  /// In the picture's own pixels; empty where there is none.
  [[nodiscard]] virtual QSize pictureSize() const = 0;

 Q_SIGNALS:
  void scaleChanged();

 protected:
  explicit PictureCanvas(Limits limits, QWidget* parent = nullptr);

  /// The part of the widget that one picture has; several stand side by side, all alike.
  [[nodiscard]] virtual QRectF frameAt(QPointF point) const;
  /// Painted within the canvas, smoothly unless single pixels are what one wants to see.
  virtual void paintContent(QPainter& painter) = 0;

  /// Where the whole picture lies in a frame.
  [[nodiscard]] QRectF targetIn(const QRectF& frame) const;
  void setScale(double scale);
  [[nodiscard]] const Limits& limits() const { return limits_; }

  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  [[nodiscard]] double clamped(double scale) const;
  [[nodiscard]] double fittingScale() const;

  Limits limits_;
  bool fitted_ = true;
  double scale_ = 1;
  QPointF offset_;  ///< of a picture's middle from its frame's middle
  QPointF dragFrom_;
  bool dragging_ = false;
};

}  // namespace tstitch::ui
