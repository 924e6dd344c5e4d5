#include "ui/plan/memory_view.h"

#include <QPainter>
#include <algorithm>

#include "ui/plan/plan_rows.h"
#include "ui/run/run_progress.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr double kGap = 8;

}  // namespace

MemoryView::MemoryView(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Memory over the run"));
  setMinimumHeight(96);
  show({});
}

void MemoryView::show(const std::optional<ResidencyPlan>& plan) {
  plan_ = plan;
  const QString text = plan_ ? memoryRows(*plan_).join(QStringLiteral("; ")) : tr("not known yet");
  setAccessibleDescription(text);
  setToolTip(text);
  update();
}

void MemoryView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  if (plan_ && !plan_->stages.empty()) return paintStages(painter);
  painter.setPen(colours().muted);
  painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                   tr("What a run needs stands here as soon as a pair is chosen."));
}

/// Heights by the tallest stage, or by the limit where a stage comes near it.
void MemoryView::paintStages(QPainter& painter) const {
  const double line = fontMetrics().height();
  const QRectF area = QRectF(rect()).adjusted(4, line + 4, -4, -line - 4);
  const auto peak = static_cast<double>(plan_->peak_bytes());
  const auto limit = static_cast<double>(plan_->available_bytes);
  const double whole = std::max(1.0, peak * 2 > limit ? std::max(peak, limit) : peak * 1.15);
  const double width = (area.width() - kGap * (static_cast<double>(plan_->stages.size()) - 1)) /
                       static_cast<double>(plan_->stages.size());
  double left = area.left();
  for (const ResidencyStage& stage : plan_->stages) {
    const DenoiserMark mark = stage.name == "small" ? DenoiserMark::Small : DenoiserMark::Large;
    const bool samples = stage.name != "text" && stage.name != "decoding";
    const double weights = static_cast<double>(stage.weight_bytes) / whole * area.height();
    const double working = static_cast<double>(stage.working_bytes) / whole * area.height();
    const QRectF lower(left, area.bottom() - weights, width, weights);
    const QRectF upper(left, lower.top() - working, width, working);
    painter.fillRect(lower, samples ? denoiserColour(mark) : colours().muted);
    if (samples) painter.fillRect(lower, denoiserPattern(mark, colours().panel));
    painter.fillRect(upper, samples ? denoiserTint(mark) : colours().line);
    painter.setPen(colours().text);
    const QRectF below(left, area.bottom() + 2, width, line);
    painter.drawText(
        below, Qt::AlignHCenter | Qt::AlignTop,
        fontMetrics().elidedText(QString::fromStdString(stage.name), Qt::ElideRight, static_cast<int>(width)));
    painter.setPen(colours().muted);
    painter.drawText(QRectF(left, upper.top() - line, width, line), Qt::AlignHCenter | Qt::AlignBottom,
                     bytesText(stage.bytes()));
    left += width + kGap;
  }
  if (limit > whole) return;
  painter.setPen(QPen(colours().error, 1, Qt::DashLine));
  const double y = area.bottom() - limit / whole * area.height();
  painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
}

}  // namespace tstitch::ui
