#include "ui/run/filmstrip.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/convert/image_convert.h"

namespace tstitch::ui {
namespace {

QImage frameImage(const Image& image) {
  const QImage full = toQImage(image);
  const bool large = std::max(full.width(), full.height()) > Filmstrip::kFrameSide;
  return large
             ? full.scaled(Filmstrip::kFrameSide, Filmstrip::kFrameSide, Qt::KeepAspectRatio, Qt::SmoothTransformation)
             : full;
}

/// The middle part of a picture that fills a frame of that shape.
QRectF coverSource(const QSizeF& image, const QSizeF& frame) {
  const double scale = std::min(image.width() / frame.width(), image.height() / frame.height());
  const QSizeF part = frame * scale;
  return QRectF(QPointF((image.width() - part.width()) / 2, (image.height() - part.height()) / 2), part);
}

}  // namespace

Filmstrip::Filmstrip(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::TabFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setFixedHeight(sizeHint().height());
  setAccessibleName(tr("Filmstrip"));
  setToolTip(tr("One frame per evaluation: point at one to look at it"));
}

void Filmstrip::begin(int evaluations) {
  frames_.clear();
  looked_.reset();
  evaluations_ = evaluations;
  stride_ = 1;
  setAccessibleDescription({});
  update();
}

void Filmstrip::add(const PreviewReady& preview) {
  if (preview.evaluation.value % stride_ != 0) return;
  if (frames_.size() >= kMostFrames) {
    stride_ *= 2;
    std::erase_if(frames_, [this](const FilmFrame& frame) { return frame.evaluation % stride_ != 0; });
    looked_.reset();
  }
  const auto mark = preview.denoiser == "small" ? DenoiserMark::Small : DenoiserMark::Large;
  frames_.push_back({preview.evaluation.value, mark, frameImage(*preview.image)});
  evaluations_ = std::max(evaluations_, preview.evaluation.value + 1);
  const int count = static_cast<int>(frames_.size());
  setAccessibleDescription(count == 1 ? tr("1 frame") : tr("%n frames", nullptr, count));
  update();
}

QRectF Filmstrip::cell(int evaluation) const {
  const double shown = std::max(evaluations_, 1);
  const double side = std::min<double>(height() - 8, width() / shown);
  return {evaluation * side, 0, side, static_cast<double>(height())};
}

QRectF Filmstrip::frameRect(std::size_t index) const {
  const QRectF first = cell(frames_[index].evaluation);
  const int last = index + 1 < frames_.size() ? frames_[index + 1].evaluation : frames_[index].evaluation + 1;
  return QRectF(first.topLeft(), QPointF(cell(last).left(), first.bottom())).adjusted(1, 0, -1, -8);
}

void Filmstrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  painter.setRenderHint(QPainter::Antialiasing);
  for (int i = 0; i < evaluations_; ++i) {
    const QRectF empty = cell(i).adjusted(1, 0, -1, -8);
    if (empty.width() >= 2) painter.fillRect(empty, colours().hover);
  }
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const QRectF rect = frameRect(i);
    const QImage& image = frames_[i].image;
    if (rect.width() < 1 || image.isNull()) continue;
    painter.drawImage(rect, image, coverSource(image.size(), rect.size()));
    // The line under a frame says who made it: teal and low for small, violet and high for large.
    const bool small = frames_[i].mark == DenoiserMark::Small;
    painter.fillRect(QRectF(rect.left(), rect.bottom() + 2, rect.width(), small ? 2 : 4),
                     denoiserColour(frames_[i].mark));
    if (looked_ != i) continue;
    painter.setPen(QPen(colours().focus, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(1, 1, -1, -1));
  }
}

void Filmstrip::look(std::optional<std::size_t> index) {
  if (index == looked_) return;
  looked_ = index;
  update();
  Q_EMIT frameShown(index ? frames_[*index].image : QImage(), index ? frames_[*index].evaluation : 0);
}

void Filmstrip::mouseMoveEvent(QMouseEvent* event) {
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const QRectF rect = frameRect(i);
    if (event->position().x() >= rect.left() - 1 && event->position().x() <= rect.right() + 1) return look(i);
  }
  look(std::nullopt);
}

void Filmstrip::leaveEvent(QEvent*) {
  look(std::nullopt);
}

void Filmstrip::focusOutEvent(QFocusEvent* event) {
  look(std::nullopt);
  QWidget::focusOutEvent(event);
}

void Filmstrip::keyPressEvent(QKeyEvent* event) {
  const bool left = event->key() == Qt::Key_Left;
  if (frames_.empty() || (!left && event->key() != Qt::Key_Right)) {
    QWidget::keyPressEvent(event);
    return;
  }
  const std::size_t last = frames_.size() - 1;
  if (!looked_) return look(left ? last : 0);
  if (left) return look(*looked_ == 0 ? 0 : *looked_ - 1);
  look(std::min(last, *looked_ + 1));
}

}  // namespace tstitch::ui
