#include "ui/source/second_pass_section.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <cmath>

#include "core/request/limits.h"
#include "ui/generate/choice_field.h"
#include "ui/source/strength_row.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

void name(QWidget* field, const QString& text) {
  field->setAccessibleName(text);
  guardWheel(field);
}

}  // namespace

SecondPassSection::SecondPassSection(QWidget* parent)
    : QWidget(parent),
      on_(new QCheckBox(tr("Make it larger in a second pass"))),
      rest_(new QWidget),
      scale_(new DecimalField),
      size_(remark()),
      upscale_(choiceField<Upscale>()),
      strength_(new StrengthRow(tr("Second pass strength"), tr("Second pass strength in numbers"))),
      steps_(new WholeField),
      ratio_(new WholeField) {
  on_->setAccessibleName(tr("Second pass on"));
  name(scale_, tr("Second pass scale"));
  name(upscale_, tr("Second pass upscale"));
  name(steps_, tr("Second pass steps"));
  name(ratio_, tr("Second pass ratio"));
  scale_->setDecimals(4);
  scale_->setRange(1, kMostScale);
  scale_->setSingleStep(0.25);
  upscale_->setToolTip(tr("What is made larger: the finished picture, or the latents that it would be decoded from"));
  steps_->setRange(0, kMostSteps);
  steps_->setLeastText(tr("as the first"));
  ratio_->setRange(-1, 100);
  ratio_->setLeastText(tr("as the first"));
  buildLayout();
  connectControls();
  setChoice(std::nullopt);
}

void SecondPassSection::buildLayout() {
  auto* grid = new QGridLayout(rest_);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(8);
  grid->setVerticalSpacing(8);
  grid->addWidget(captioned(tr("Scale"), scale_), 0, 0);
  grid->addWidget(captioned(tr("Upscale"), upscale_), 0, 1);
  grid->addWidget(size_, 1, 0, 1, 2);
  grid->addWidget(captioned(tr("Strength"), strength_), 2, 0, 1, 2);
  grid->addWidget(captioned(tr("Steps"), steps_), 3, 0);
  grid->addWidget(captioned(tr("Ratio (%)"), ratio_), 3, 1);
  for (const int column : {0, 1}) grid->setColumnStretch(column, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(on_);
  layout->addWidget(rest_);
}

void SecondPassSection::connectControls() {
  connect(on_, &QCheckBox::toggled, rest_, &QWidget::setEnabled);
  connect(on_, &QCheckBox::toggled, this, &SecondPassSection::changed);
  connect(scale_, &QDoubleSpinBox::valueChanged, this, &SecondPassSection::showSize);
  connect(scale_, &QDoubleSpinBox::valueChanged, this, &SecondPassSection::changed);
  connect(upscale_, &QComboBox::currentIndexChanged, this, &SecondPassSection::changed);
  connect(strength_, &StrengthRow::changed, this, &SecondPassSection::changed);
  connect(strength_, &StrengthRow::problemChanged, this, &SecondPassSection::changed);
  for (WholeField* field : {steps_, ratio_}) {
    connect(field, &QSpinBox::valueChanged, this, &SecondPassSection::changed);
    connect(field, &WholeField::problemChanged, this, &SecondPassSection::changed);
  }
  connect(scale_, &DecimalField::problemChanged, this, &SecondPassSection::changed);
}

std::optional<SecondPass> SecondPassSection::choice() const {
  if (!on_->isChecked()) return std::nullopt;
  SecondPass pass;
  const auto same = [](double a, double b) { return std::lround(a * 1e6) == std::lround(b * 1e6); };
  pass.scale = same(scale_->value(), known_.scale) ? known_.scale : scale_->value();
  pass.upscale = chosen<Upscale>(upscale_);
  pass.strength = strength_->strength();
  if (steps_->value() > 0) pass.steps = steps_->value();
  if (ratio_->value() >= 0) pass.share = Percent{ratio_->value()};
  return pass;
}

void SecondPassSection::setChoice(const std::optional<SecondPass>& choice) {
  known_ = choice.value_or(SecondPass());
  scale_->setValue(known_.scale);
  choose(upscale_, known_.upscale);
  strength_->setStrength(known_.strength);
  steps_->setValue(known_.steps.value_or(0));
  ratio_->setValue(known_.share ? known_.share->value : -1);
  on_->setChecked(choice.has_value());
  rest_->setEnabled(choice.has_value());
  showSize();
}

void SecondPassSection::setExtent(Extent extent) {
  extent_ = extent;
  showSize();
}

void SecondPassSection::showSize() {
  const auto larger = [this](int side) { return QString::number(std::lround(side * scale_->value())); };
  size_->setText(tr("From %1x%2 to about %3x%4")
                     .arg(QString::number(extent_.width), QString::number(extent_.height), larger(extent_.width),
                          larger(extent_.height)));
}

QString SecondPassSection::summary() const {
  if (!on_->isChecked()) return tr("none");
  return tr("%1 times, %2 %").arg(scale_->text()).arg(strength_->percent());
}

}  // namespace tstitch::ui
