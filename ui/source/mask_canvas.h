#pragma once

#include <QWidget>
#include <vector>

#include "ui/source/mask.h"

namespace tstitch::ui {

/// A picture on which a mask is painted. The mouse paints (the right button takes away); for the keyboard the brush
/// moves with the arrow keys (Shift: by one pixel), Space paints, `[` and `]` change its size. For assistive tools its
/// description tells how much is drawn anew.
class MaskCanvas : public QWidget {
  Q_OBJECT

 public:
  /// The mask has the size of the picture.
  MaskCanvas(const QImage& picture, const Mask& mask, QWidget* parent = nullptr);

  [[nodiscard]] const Mask& mask() const { return mask_; }
  /// In pixels of the picture.
  [[nodiscard]] int brush() const { return brush_; }
  void setBrush(int pixels);
  void setErasing(bool erasing) { erasing_ = erasing; }
  void invert();
  void clear();
  void undo();
  [[nodiscard]] bool canUndo() const { return !before_.empty(); }
  static constexpr int kMostBrush = 256;

  [[nodiscard]] QSize sizeHint() const override;

 Q_SIGNALS:
  void changed();
  void brushChanged(int pixels);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  [[nodiscard]] QRectF target() const;
  [[nodiscard]] QPointF inPicture(QPointF place) const;
  void keep();
  void stroke(QPointF to, bool white);
  void moveBrush(int x, int y, bool finely);
  void describe();

  QImage picture_;
  Mask mask_;
  std::vector<Mask> before_;  ///< what undo() brings back, the newest last
  QPointF at_;                ///< of the brush, in the picture
  int brush_;
  bool erasing_ = false;
  bool painting_ = false;
  bool showsBrush_ = false;
};

}  // namespace tstitch::ui
