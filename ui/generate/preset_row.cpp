#include "ui/generate/preset_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QRadioButton>
#include <QSignalBlocker>

#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

constexpr int kQuality = 0;
constexpr int kUsualBalance = 40;
constexpr int kFast = 80;
constexpr double kLongestBudget = 86400;

}  // namespace

PresetRow::PresetRow(QWidget* parent)
    : QWidget(parent),
      quality_(makePreset(tr("Quality"), kQuality)),
      balanced_(makePreset(tr("Balanced"), kUsualBalance)),
      fast_(makePreset(tr("Fast"), kFast)),
      budget_(new DecimalField) {
  budget_->setRange(0, kLongestBudget);
  budget_->setDecimals(1);
  budget_->setSingleStep(0.5);
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
  connect(quality_.button, &QRadioButton::toggled, this, [this] { choose(quality_); });
  connect(balanced_.button, &QRadioButton::toggled, this, [this] { choose(balanced_); });
  connect(fast_.button, &QRadioButton::toggled, this, [this] { choose(fast_); });
  connect(budget_, &QDoubleSpinBox::valueChanged, this, &PresetRow::budgetChosen);
  connect(budget_, &DecimalField::problemChanged, this, &PresetRow::problemChanged);
  setBalanced(kUsualBalance);
}

/// None of them may count, which buttons that exclude each other do not know: show() keeps them apart.
PresetRow::Preset PresetRow::makePreset(const QString& name, int percent) {
  auto* button = new QRadioButton(name);
  button->setObjectName(QStringLiteral("preset"));
  button->setAccessibleName(name);
  button->setAutoExclusive(false);
  button->setToolTip(tr("%1 % small").arg(percent));
  return {button, percent};
}

/// A press on the one that counts leaves it so.
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
    preset.button->setChecked(budget <= 0 && preset.percent == percent);
  }
  const QSignalBlocker quiet(budget_);
  if (budget_->problem().isEmpty() && budget_->value() != budget) budget_->setValue(budget);
}

double PresetRow::budget() const {
  return budget_->value();
}

}  // namespace tstitch::ui
