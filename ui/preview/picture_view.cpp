#include "ui/preview/picture_view.h"

#include <QContextMenuEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <map>

#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kLeastZoom = 5;
constexpr int kMostZoom = 3200;
constexpr int kMargin = 24;

/// What the ratio does, by the bundled pair's pictures of one seed.
constexpr double kExampleSide = 176;
constexpr double kExampleGap = 16;
constexpr double kExampleText = 72;

struct Example {
  int percent;
  QString words;
};

/// Decoded once; a view is painted often.
const QImage& examplePicture(int percent) {
  static std::map<int, QImage> pictures;
  QImage& picture = pictures[percent];
  if (picture.isNull()) picture.load(QStringLiteral(":/examples/ratio-%1.jpg").arg(percent));
  return picture;
}

void paintExamples(QPainter& painter, const QRectF& row, double side) {
  const Example examples[] = {{0, PictureView::tr("0 %: large alone, fine")},
                              {40, PictureView::tr("40 %: small begins, nearly as fine")},
                              {100, PictureView::tr("100 %: small alone, fast")}};
  double x = row.center().x() - (3 * side + 2 * kExampleGap) / 2;
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  for (const auto& [percent, words] : examples) {
    const QRectF frame(x, row.top(), side, side);
    QPainterPath shape;
    shape.addRoundedRect(frame, 8, 8);
    painter.save();
    painter.setClipPath(shape, Qt::IntersectClip);
    painter.drawImage(frame, examplePicture(percent));
    painter.restore();
    // The share of each, as on the trajectory bar.
    const double small = side * percent / 100;
    painter.fillRect(QRectF(x, frame.bottom() + 6, small, 4), colours().small);
    painter.fillRect(QRectF(x + small, frame.bottom() + 6, side - small, 4), colours().large);
    painter.setPen(colours().text);
    painter.drawText(QRectF(x, frame.bottom() + 14, side, kExampleText - 14),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, words);
    x += side + kExampleGap;
  }
}

}  // namespace

PictureView::PictureView(QWidget* parent) : PictureCanvas({kLeastZoom, kMostZoom, kMargin}, parent) {
  setMinimumSize(240, 200);
  setAccessibleName(tr("Picture"));
  clear();
}

void PictureView::clear() {
  image_ = {};
  savedPath_.clear();
  describe();
  update();
}

void PictureView::setRunState(const QString& state) {
  if (state == runState_) return;
  runState_ = state;
  if (!image_.isNull()) return;
  describe();
  update();
}

/// What is to be seen, for assistive tools.
void PictureView::describe() {
  if (!peeked_.isNull()) {
    setAccessibleDescription(peekedWords_);
  } else if (image_.isNull()) {
    setAccessibleDescription(runState_.isEmpty() ? tr("nothing yet") : runState_);
  } else {
    setAccessibleDescription(savedPath_.isEmpty() ? previewWords(evaluation_) : savedPath_);
  }
}

void PictureView::showPreview(const QImage& image, int evaluation, QSize finalSize) {
  image_ = image;
  size_ = finalSize.isEmpty() ? image.size() : finalSize;
  savedPath_.clear();
  evaluation_ = evaluation;
  describe();
  update();
}

void PictureView::showSaved(const QImage& image, const QString& path) {
  image_ = image;
  size_ = image.size();
  savedPath_ = path;
  describe();
  update();
  Q_EMIT savedShown(path);
}

QString PictureView::previewWords(int evaluation) {
  return tr("preview after step %1").arg(evaluation + 1);
}

void PictureView::peek(const QImage& image, const QString& description) {
  if (image.isNull() && peeked_.isNull()) return;
  peeked_ = image;
  peekedWords_ = description;
  if (image_.isNull()) size_ = image.size();
  describe();
  update();
}

void PictureView::setOverlay(const QImage& image) {
  overlay_ = image;
  update();
}

void PictureView::paintOverlay(QPainter& painter) const {
  constexpr double kOpacity = 0.5;
  constexpr double kSameShape = 0.02;
  if (overlay_.isNull() || size_.isEmpty()) return;
  const double shape =
      static_cast<double>(size_.width()) * overlay_.height() / (static_cast<double>(size_.height()) * overlay_.width());
  if (std::abs(shape - 1) > kSameShape) return;
  painter.setOpacity(kOpacity);
  painter.drawImage(target(), overlay_);
  painter.setOpacity(1);
}

QSize PictureView::pictureSize() const {
  return image_.isNull() && peeked_.isNull() ? QSize() : size_;
}

void PictureView::paintContent(QPainter& painter) {
  const QImage& shown = peeked_.isNull() ? image_ : peeked_;
  if (shown.isNull()) return paintEmpty(painter);
  painter.drawImage(target(), shown);
  paintOverlay(painter);
}

void PictureView::paintEmpty(QPainter& painter) const {
  const QRectF room = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
  painter.setPen(colours().muted);
  if (!runState_.isEmpty()) {
    painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, runState_);
    return;
  }
  const double side = std::min({kExampleSide, (room.width() - 2 * kExampleGap) / 3, room.height() - 2 * kExampleText});
  const bool fits = side >= kExampleSide / 2;
  const double height = fits ? side + 2 * kExampleText : kExampleText;
  const double top = room.center().y() - height / 2;
  if (fits) paintExamples(painter, QRectF(room.left(), top, room.width(), side), side);
  painter.setPen(colours().muted);
  painter.drawText(QRectF(room.left(), top + height - kExampleText, room.width(), kExampleText),
                   Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap,
                   tr("Write a prompt and press Ctrl+Enter.\nDrop a picture here to restore its settings."));
}

void PictureView::contextMenuEvent(QContextMenuEvent* event) {
  Q_EMIT menuWanted(event->globalPos());
}

}  // namespace tstitch::ui
