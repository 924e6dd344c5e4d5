#pragma once

#include <QDoubleSpinBox>
#include <QSpinBox>

namespace tstitch::ui {

/// A wheel over a field must not change it while the panel scrolls: the field takes the wheel only with the focus.
void guardWheel(QWidget* field);

/// A number without trailing zeros: 7.5, not 7.50.
class DecimalField : public QDoubleSpinBox {
  Q_OBJECT

 public:
  using QDoubleSpinBox::QDoubleSpinBox;
  [[nodiscard]] QString textFromValue(double value) const override;
};

}  // namespace tstitch::ui
