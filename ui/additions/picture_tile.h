#pragma once

#include <QImage>
#include <QRectF>
#include <QWidget>

class QMimeData;
class QPainter;

namespace tstitch::ui {

/// A small picture in a frame, or words in its place. For assistive tools an image, described by what it shows.
class PictureTile : public QWidget {
  Q_OBJECT

 public:
  explicit PictureTile(QWidget* parent = nullptr);

  void showPicture(const QImage& image, const QString& description);
  void showText(const QString& text);
  /// What of the picture counts, in shares of it: the rest is dimmed; what lies outside of it is black.
  void setFrame(const QRectF& frame);
  [[nodiscard]] const QImage& image() const { return image_; }

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] bool hasHeightForWidth() const override { return true; }
  [[nodiscard]] int heightForWidth(int width) const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

  /// Painted as what takes the next click or drop.
  [[nodiscard]] virtual bool isInviting() const { return false; }

 private:
  void paintPicture(QPainter& painter, const QRectF& room) const;

  QImage image_;
  QString text_;
  QRectF frame_{0, 0, 1, 1};
};

/// A tile that pictures are put into: dropped files, a click that asks for one, or Ctrl+V, which takes a copied file or
/// the copied pixels themselves.
class PictureDropTile : public PictureTile {
  Q_OBJECT

 public:
  explicit PictureDropTile(QWidget* parent = nullptr);
  void paste();

 Q_SIGNALS:
  void fileGiven(const QString& path);
  void pixelsGiven(const QImage& image);
  void fileWanted();

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  [[nodiscard]] bool isInviting() const override { return dragging_ || hasFocus(); }

 private:
  void take(const QMimeData& given);

  bool dragging_ = false;
};

}  // namespace tstitch::ui
