#pragma once

#include <QWidget>

class QSlider;

namespace tstitch::ui {

class DecimalField;

/// How much of a run is made: a slider of whole percents, and a number beside it that may be finer.
class StrengthRow : public QWidget {
  Q_OBJECT

 public:
  /// What the slider is called, and what the number is.
  StrengthRow(const QString& name, const QString& numberName, QWidget* parent = nullptr);

  /// 0..1. What was set comes back to the bit, unless a control was touched.
  [[nodiscard]] double strength() const;
  void setStrength(double strength);
  [[nodiscard]] int percent() const;
  void setToolTips(const QString& tip);

 Q_SIGNALS:
  void changed();
  /// Of what stands in the number field.
  void problemChanged();

 private:
  double known_ = 1;  ///< what was set
  QSlider* slider_;
  DecimalField* number_;
};

}  // namespace tstitch::ui
