#pragma once

#include <QImage>
#include <QLineF>
#include <QString>

#include "ui/compare/comparison.h"
#include "ui/widgets/picture_canvas.h"

namespace tstitch::ui {

/// How two pictures are laid beside or over each other; in the order of the combo box.
enum class CompareMode { Wipe, WipeAcross, SideBySide, Blink, Overlay, Difference };

/// Two pictures, zoomed and moved as one. Dragging the line of a wipe moves the line; holding Space shows B. For
/// assistive tools an image whose description says mode and paths.
class CompareView : public PictureCanvas {
  Q_OBJECT

 public:
  static constexpr int kLeastZoom = 10;
  static constexpr int kMostZoom = 1600;

  explicit CompareView(QWidget* parent = nullptr);

  void setPictures(const QImage& a, const QImage& b);
  /// Where they differ, and what the brightest colour stands for.
  void setDifference(const QImage& map, int greatest);
  void setMode(CompareMode mode);
  void setWipe(int percent);
  void setOpacity(int percent);
  /// Screen pixels per picture pixel.
  void setZoom(int percent);
  /// Shows B in A's place as long as it is held.
  void setHeld(bool held);

  [[nodiscard]] CompareMode mode() const { return mode_; }
  [[nodiscard]] int wipe() const { return wipe_; }
  [[nodiscard]] int zoom() const;
  [[nodiscard]] QSize pictureSize() const override;
  [[nodiscard]] QSize sizeHint() const override { return {560, 420}; }

 Q_SIGNALS:
  void wipeMoved(int percent);
  void zoomChanged(int percent);
  void filesDropped(const QStringList& paths, tstitch::ui::Side side);

 protected:
  [[nodiscard]] QRectF frameAt(QPointF point) const override;
  void paintContent(QPainter& painter) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  /// The part of the widget that one picture has: all of it, or its half.
  [[nodiscard]] QRectF frame(Side side) const;
  [[nodiscard]] QRectF target(Side side) const;
  [[nodiscard]] bool isWipe() const { return mode_ == CompareMode::Wipe || mode_ == CompareMode::WipeAcross; }
  [[nodiscard]] QLineF line() const;
  [[nodiscard]] QRectF behindLine() const;
  void dragLineTo(QPointF position);
  void paintPictures(QPainter& painter) const;
  void paintOne(QPainter& painter, Side side) const;
  void paintWipe(QPainter& painter) const;
  void paintDifference(QPainter& painter) const;
  void paintMarks(QPainter& painter) const;
  void paintEmpty(QPainter& painter) const;

  QImage a_;
  QImage b_;
  QImage map_;
  int greatest_ = 0;
  CompareMode mode_ = CompareMode::Wipe;
  int wipe_ = 50;
  int opacity_ = 50;
  bool held_ = false;
  bool dragsLine_ = false;
};

}  // namespace tstitch::ui
