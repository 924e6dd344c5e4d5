#pragma once

#include <QImage>
#include <QString>

#include "ui/widgets/picture_canvas.h"

namespace tstitch::ui {

/// The big picture. For assistive tools an image named `Picture` whose description says what is shown: `preview after
/// step 12` or the path of the saved file.
class PictureView : public PictureCanvas {
  Q_OBJECT

 public:
  explicit PictureView(QWidget* parent = nullptr);

  void clear();
  /// How a run stands: written where there is no picture of it; empty while none goes on.
  void setRunState(const QString& state);
  /// The denoised estimate after that evaluation (0-based). It is drawn as large as the picture will be.
  void showPreview(const QImage& image, int evaluation, QSize finalSize);
  /// A file that is on disk under that name.
  void showSaved(const QImage& image, const QString& path);
  /// Shows another picture for the moment, a frame of the filmstrip or another ratio, and says what it is; a null image
  /// ends that.
  void peek(const QImage& image, const QString& description);
  /// Lies half transparent over whatever picture of its shape is shown; null: nothing does.
  void setOverlay(const QImage& image);
  [[nodiscard]] bool isPeeking() const { return !peeked_.isNull(); }
  /// How a picture after that evaluation (0-based) is described.
  [[nodiscard]] static QString previewWords(int evaluation);

  [[nodiscard]] const QImage& image() const { return image_; }
  /// Path of the saved file that is shown; empty for a preview or nothing.
  [[nodiscard]] const QString& savedPath() const { return savedPath_; }

  /// Where the whole picture lies, in the view's coordinates.
  [[nodiscard]] QRectF target() const { return targetIn(rect()); }
  [[nodiscard]] QSize pictureSize() const override;

  [[nodiscard]] QSize sizeHint() const override { return {560, 480}; }

 Q_SIGNALS:
  /// A saved file is shown now; empty where a preview or nothing has taken its place.
  void savedShown(const QString& path);
  void menuWanted(QPoint globalPosition);

 protected:
  void paintContent(QPainter& painter) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  void describe();
  void paintOverlay(QPainter& painter) const;
  void paintEmpty(QPainter& painter) const;

  QImage image_;
  QImage peeked_;
  QImage overlay_;
  QString peekedWords_;
  int evaluation_ = 0;  ///< of a preview
  QSize size_;          ///< of the picture in its own pixels; a preview has fewer
  QString savedPath_;
  QString runState_;
};

}  // namespace tstitch::ui
