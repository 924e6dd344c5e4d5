#include "ui/widgets/decimal_slider.h"

#include <QAccessibleWidget>
#include <algorithm>
#include <cmath>

#include "ui/widgets/number_fields.h"
#include "ui/widgets/number_reading.h"

namespace tstitch::ui {
namespace {

constexpr double kParts = 100;

class DecimalSliderAccessible : public QAccessibleWidget, public QAccessibleValueInterface {
 public:
  explicit DecimalSliderAccessible(DecimalSlider* slider) : QAccessibleWidget(slider, QAccessible::Slider) {}

  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::ValueInterface) return static_cast<QAccessibleValueInterface*>(this);
    return QAccessibleWidget::interface_cast(type);
  }

  [[nodiscard]] QString text(QAccessible::Text kind) const override {
    return kind == QAccessible::Value ? shownNumber(slider()->number()) : QAccessibleWidget::text(kind);
  }

  [[nodiscard]] QVariant currentValue() const override { return slider()->number(); }
  void setCurrentValue(const QVariant& value) override {
    if (const auto number = readNumber(value)) slider()->setNumber(*number);
  }
  [[nodiscard]] QVariant minimumValue() const override { return slider()->minimum() / kParts; }
  [[nodiscard]] QVariant maximumValue() const override { return slider()->maximum() / kParts; }
  [[nodiscard]] QVariant minimumStepSize() const override { return 1 / kParts; }

 private:
  [[nodiscard]] DecimalSlider* slider() const { return static_cast<DecimalSlider*>(widget()); }
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  auto* slider = qobject_cast<DecimalSlider*>(object);
  return slider == nullptr ? nullptr : new DecimalSliderAccessible(slider);
}

int partsOf(double number) {
  return static_cast<int>(std::lround(number * kParts));
}

}  // namespace

DecimalSlider::DecimalSlider(double least, double most, QWidget* parent) : QSlider(Qt::Horizontal, parent) {
  static const bool installed = (QAccessible::installFactory(makeInterface), true);
  static_cast<void>(installed);
  setRange(partsOf(least), partsOf(most));
  setSingleStep(5);
  setPageStep(25);
  guardWheel(this);
  connect(this, &QSlider::valueChanged, this, [this] {
    QAccessibleValueChangeEvent event(this, number());
    QAccessible::updateAccessibility(&event);
    Q_EMIT numberChanged(number());
  });
}

double DecimalSlider::number() const {
  return value() / kParts;
}

void DecimalSlider::setNumber(double number) {
  setValue(partsOf(std::clamp(number, minimum() / kParts, maximum() / kParts)));
}

}  // namespace tstitch::ui
