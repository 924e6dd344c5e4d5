#include "ui/generate/cost_view.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

#include "ui/run/run_progress.h"
#include "ui/widgets/number_reading.h"

namespace tstitch::ui {
namespace {

QPushButton* quietButton(const QString& name, const QString& tip) {
  auto* button = new QPushButton(name);
  button->setObjectName(QStringLiteral("small"));
  button->setToolTip(tip);
  return button;
}

QString savedText(const TimePrediction& prediction) {
  const int saved = prediction.savedPercent();
  return saved < 0 ? CostView::tr("%1 % longer").arg(-saved) : CostView::tr("%1 % saved").arg(saved);
}

QString gibibytes(std::int64_t bytes) {
  return shownGibibytes(static_cast<double>(bytes));
}

}  // namespace

CostView::CostView(QWidget* parent)
    : QWidget(parent),
      seconds_(new QLabel),
      saved_(new QLabel),
      memory_(new QLabel),
      measure_(quietButton(tr("Measure"), tr("Times both models on this machine"))),
      free_(quietButton(tr("Free memory"), tr("Lets go of the loaded models; the next run loads them again"))) {
  QFont large = seconds_->font();
  large.setPointSizeF(large.pointSizeF() * 1.5);
  large.setWeight(QFont::DemiBold);
  seconds_->setFont(large);
  saved_->setObjectName(QStringLiteral("savedChip"));
  memory_->setObjectName(QStringLiteral("muted"));
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setHorizontalSpacing(8);
  layout->setVerticalSpacing(4);
  auto* time = new QHBoxLayout;
  time->setSpacing(8);
  time->addWidget(seconds_);
  time->addWidget(saved_, 0, Qt::AlignVCenter);
  time->addStretch(1);
  layout->addLayout(time, 0, 0);
  layout->addWidget(measure_, 0, 1);
  layout->addWidget(memory_, 1, 0);
  layout->addWidget(free_, 1, 1);
  layout->setColumnStretch(0, 1);
  connect(measure_, &QPushButton::clicked, this, &CostView::measureRequested);
  connect(free_, &QPushButton::clicked, this, &CostView::freeMemoryRequested);
  setPrediction({});
  setMemory({});
}

void CostView::setPrediction(const std::optional<TimePrediction>& prediction) {
  saved_->setVisible(prediction.has_value());
  if (!prediction) {
    seconds_->setText(tr("Time not measured"));
    seconds_->setAccessibleName(tr("Prediction: not measured"));
    return;
  }
  const QString seconds = durationText(prediction->seconds);
  seconds_->setText(seconds);
  saved_->setText(savedText(*prediction));
  seconds_->setAccessibleName(tr("Prediction: %1, %2").arg(seconds, savedText(*prediction)));
}

void CostView::setMemory(const std::optional<ResidencyPlan>& plan) {
  const QString text =
      plan ? tr("%1 of %2 GiB").arg(gibibytes(plan->peak_bytes()), gibibytes(plan->available_bytes)) : tr("not known");
  memory_->setAccessibleName(tr("Memory: %1").arg(text));
  const bool tight = plan && plan->one_at_a_time;
  const bool lacks = plan && plan->peak_bytes() > plan->available_bytes;
  memory_->setText(lacks   ? tr("Memory: %1, more than there is").arg(text)
                   : tight ? tr("Memory: %1, one part at a time").arg(text)
                           : tr("Memory: %1").arg(text));
  memory_->setToolTip(lacks   ? tr("The run would be refused: choose a smaller size or smaller models.")
                      : tight ? tr("Memory is short: each part is let go before the next one is loaded.")
                              : QString());
  memory_->setObjectName(lacks ? QStringLiteral("problem") : QStringLiteral("muted"));
  memory_->style()->polish(memory_);  // another name, other colours
}

void CostView::setMeasuring(bool measuring) {
  measure_->setEnabled(!measuring);
  measure_->setText(measuring ? tr("Measuring...") : tr("Measure"));
  measure_->setAccessibleName(tr("Measure"));
}

}  // namespace tstitch::ui
