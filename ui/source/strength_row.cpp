#include "ui/source/strength_row.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>
#include <cmath>

#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

constexpr double kWhole = 100;
constexpr double kLeast = 0.0001;

}  // namespace

StrengthRow::StrengthRow(const QString& name, const QString& numberName, QWidget* parent)
    : QWidget(parent), slider_(new QSlider(Qt::Horizontal)), number_(new DecimalField) {
  slider_->setRange(1, static_cast<int>(kWhole));
  slider_->setPageStep(10);
  slider_->setAccessibleName(name);
  number_->setDecimals(4);
  number_->setRange(kLeast, kWhole);
  number_->setSingleStep(5);
  number_->setSuffix(tr(" %"));
  number_->setAccessibleName(numberName);
  guardWheel(slider_);
  guardWheel(number_);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  row->addWidget(slider_, 1);
  row->addWidget(number_);
  connect(slider_, &QSlider::valueChanged, number_, &DecimalField::setValue);
  connect(number_, &QDoubleSpinBox::valueChanged, this, [this](double number) {
    const QSignalBlocker quiet(slider_);  // the number may be finer than the slider
    slider_->setValue(static_cast<int>(std::lround(number)));
    Q_EMIT changed();
  });
  connect(number_, &DecimalField::problemChanged, this, &StrengthRow::problemChanged);
}

double StrengthRow::strength() const {
  constexpr double kShownParts = 1e4;
  const bool isKnown = std::lround(kWhole * known_ * kShownParts) == std::lround(number_->value() * kShownParts);
  return isKnown ? known_ : number_->value() / kWhole;
}

void StrengthRow::setStrength(double strength) {
  known_ = strength;
  number_->setValue(kWhole * strength);
  const QSignalBlocker quiet(slider_);
  slider_->setValue(static_cast<int>(std::lround(kWhole * strength)));
}

int StrengthRow::percent() const {
  return static_cast<int>(std::lround(kWhole * strength()));
}

void StrengthRow::setToolTips(const QString& tip) {
  slider_->setToolTip(tip);
}

}  // namespace tstitch::ui
