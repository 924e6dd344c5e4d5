#include "ui/generate/preset_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>

#include "ui/widgets/number_fields.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kQuality = 0;
constexpr int kUsualBalance = 40;
constexpr int kFast = 80;
constexpr double kLongestBudget = 86400;

}  // namespace

QSize PresetButton::sizeHint() const {
  QFont bold = font();
  bold.setWeight(QFont::DemiBold);
  return {QFontMetrics(bold).horizontalAdvance(text()) + 16, fontMetrics().height() + 14};
}

void PresetButton::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const double line = isChecked() ? 2 : 1;
  const QColor frame = hasFocus() ? colours().focus : isChecked() ? colours().primary : colours().line;
  painter.setPen(QPen(frame, line));
  painter.setBrush(underMouse() ? colours().hover : colours().base);
  painter.drawRoundedRect(QRectF(rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2), 6, 6);
  QFont words = font();
  words.setWeight(isChecked() ? QFont::DemiBold : QFont::Normal);
  painter.setFont(words);
  painter.setPen(isEnabled() ? colours().text : colours().muted);
  painter.drawText(rect(), Qt::AlignCenter, text());
}

PresetRow::PresetRow(QWidget* parent)
    : QWidget(parent),
      quality_(makePreset(tr("Quality"), kQuality)),
      balanced_(makePreset(tr("Balanced"), kUsualBalance)),
      fast_(makePreset(tr("Fast"), kFast)),
      budget_(new DecimalField) {
  budget_->setRange(0, kLongestBudget);
  budget_->setDecimals(1);
  budget_->setSingleStep(0.5);
  budget_->setMaximumWidth(budget_->fontMetrics().horizontalAdvance(QStringLiteral("0000.0 s")) + 36);
  budget_->setSuffix(tr(" s"));
  budget_->setAccessibleName(tr("Time budget"));
  budget_->setToolTip(tr("The seconds that a picture may take; 0 = as long as it takes"));
  guardWheel(budget_);
  auto* caption = new QLabel(tr("in"));
  caption->setObjectName(QStringLiteral("muted"));
  caption->setBuddy(budget_);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  for (const Preset& preset : {quality_, balanced_, fast_}) layout->addWidget(preset.button, 1);
  layout->addSpacing(2);
  layout->addWidget(caption);
  layout->addWidget(budget_);
  connect(quality_.button, &QRadioButton::toggled, this, [this](bool on) {
    if (on) choose(quality_);
  });
  connect(balanced_.button, &QRadioButton::toggled, this, [this](bool on) {
    if (on) choose(balanced_);
  });
  connect(fast_.button, &QRadioButton::toggled, this, [this](bool on) {
    if (on) choose(fast_);
  });
  connect(budget_, &QDoubleSpinBox::valueChanged, this, &PresetRow::budgetChosen);
  connect(budget_, &DecimalField::problemChanged, this, &PresetRow::problemChanged);
  setBalanced(kUsualBalance);
}

PresetRow::Preset PresetRow::makePreset(const QString& name, int percent) {
  auto* button = new PresetButton(name);
  button->setAccessibleName(name);
  button->setToolTip(tr("%1 % small").arg(percent));
  return {button, percent};
}

void PresetRow::choose(const Preset& preset) {
  const int percent = preset.percent;
  show(percent, 0);
  Q_EMIT percentChosen(percent);
}

void PresetRow::setBalanced(int percent) {
  balanced_.percent = percent;
  balanced_.button->setToolTip(tr("%1 % small").arg(percent));
  show(shownPercent_, budget());
}

void PresetRow::show(int percent, double budget) {
  shownPercent_ = percent;
  for (const Preset& preset : {quality_, balanced_, fast_}) {
    const QSignalBlocker quiet(preset.button);
    preset.button->setAutoExclusive(false);  // none of them may count
    preset.button->setChecked(budget <= 0 && preset.percent == percent);
  }
  for (const Preset& preset : {quality_, balanced_, fast_}) {
    preset.button->setAutoExclusive(true);
  }
  const QSignalBlocker quiet(budget_);
  if (budget_->problem().isEmpty() && budget_->value() != budget) budget_->setValue(budget);
}

double PresetRow::budget() const {
  return budget_->value();
}

}  // namespace tstitch::ui
