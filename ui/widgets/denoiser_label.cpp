#include "ui/widgets/denoiser_label.h"

#include <QPainter>
#include <QPainterPath>

namespace tstitch::ui {
namespace {

constexpr int kSwatch = 12;
constexpr int kSpace = 8;

}  // namespace

DenoiserLabel::DenoiserLabel(DenoiserMark mark, QWidget* parent) : QLabel(parent), mark_(mark) {
  setContentsMargins(kSwatch + kSpace, 0, 0, 0);
}

void DenoiserLabel::paintEvent(QPaintEvent* event) {
  QLabel::paintEvent(event);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QPainterPath swatch;
  swatch.addRoundedRect(QRectF(0, (height() - kSwatch) / 2.0, kSwatch, kSwatch), 3, 3);
  painter.fillPath(swatch, denoiserColour(mark_));
  painter.fillPath(swatch, denoiserPattern(mark_, QColor(255, 255, 255, 80)));
}

}  // namespace tstitch::ui
