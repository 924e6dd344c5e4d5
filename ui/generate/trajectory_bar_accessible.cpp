#include "ui/generate/trajectory_bar_accessible.h"

#include <QAccessibleWidget>
#include <cmath>

#include "ui/generate/trajectory_bar.h"
#include "ui/widgets/number_reading.h"

namespace tstitch::ui {
namespace {

class TrajectoryBarAccessible : public QAccessibleWidget, public QAccessibleValueInterface {
 public:
  explicit TrajectoryBarAccessible(TrajectoryBar* bar) : QAccessibleWidget(bar, QAccessible::Slider) {}

  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::ValueInterface) return static_cast<QAccessibleValueInterface*>(this);
    return QAccessibleWidget::interface_cast(type);
  }

  [[nodiscard]] QString text(QAccessible::Text kind) const override {
    if (kind != QAccessible::Value) return QAccessibleWidget::text(kind);
    return TrajectoryBar::tr("%1 of %2 small").arg(bar()->smallCount()).arg(bar()->evaluations());
  }

  [[nodiscard]] QVariant currentValue() const override { return bar()->smallCount(); }
  void setCurrentValue(const QVariant& value) override {
    const auto number = readNumber(value);
    if (!number) return;
    const int before = bar()->smallCount();
    bar()->chooseSmallCount(static_cast<int>(std::lround(*number)));
    if (bar()->smallCount() == before) Q_EMIT bar()->smallCountChosen(before);  // chosen once more, to look at it
  }
  [[nodiscard]] QVariant minimumValue() const override { return 0; }
  [[nodiscard]] QVariant maximumValue() const override { return bar()->evaluations(); }
  [[nodiscard]] QVariant minimumStepSize() const override { return 1; }

 private:
  [[nodiscard]] TrajectoryBar* bar() const { return static_cast<TrajectoryBar*>(widget()); }
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  auto* bar = qobject_cast<TrajectoryBar*>(object);
  return bar == nullptr ? nullptr : new TrajectoryBarAccessible(bar);
}

}  // namespace

void installTrajectoryBarAccessibility() {
  static const bool once = [] {
    QAccessible::installFactory(makeInterface);
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace tstitch::ui
