#pragma once

#include <QSlider>

namespace tstitch::ui {

/// A slider over decimal numbers in hundredths. Assistive tools see the numbers themselves: 0.5, not 50.
class DecimalSlider : public QSlider {
  Q_OBJECT

 public:
  DecimalSlider(double least, double most, QWidget* parent = nullptr);

  [[nodiscard]] double number() const;
  /// The nearest number that the slider has; says nothing when that is shown already.
  void setNumber(double number);

 Q_SIGNALS:
  void numberChanged(double number);
};

}  // namespace tstitch::ui
