#pragma once

#include <QWidget>
#include <optional>

#include "core/engine/residency_plan.h"
#include "ui/generate/time_prediction.h"

class QLabel;
class QPushButton;

namespace tstitch::ui {

/// What a run will cost, time and memory, for assistive tools in the labels `Prediction: ...` and `Memory: ...`; the
/// times can be measured, and the memory of loaded models be freed.
class CostView : public QWidget {
  Q_OBJECT

 public:
  explicit CostView(QWidget* parent = nullptr);

  void setPrediction(const std::optional<TimePrediction>& prediction);
  /// Nothing: no plan has told it yet.
  void setMemory(const std::optional<ResidencyPlan>& plan);
  void setMeasuring(bool measuring);

 Q_SIGNALS:
  void measureRequested();
  void freeMemoryRequested();

 private:
  QLabel* seconds_;
  QLabel* saved_;
  QLabel* memory_;
  QPushButton* measure_;
  QPushButton* free_;
};

}  // namespace tstitch::ui
