#pragma once

#include <QWidget>
#include <optional>

#include "core/engine/residency_plan.h"

namespace tstitch::ui {

/// Memory over a run: a bar for each stage in their order, weights and what layers work in apart, and a line where the
/// memory ends that the run may take.
class MemoryView : public QWidget {
  Q_OBJECT

 public:
  explicit MemoryView(QWidget* parent = nullptr);
  /// Nothing: no plan has told it yet.
  void show(const std::optional<ResidencyPlan>& plan);
  [[nodiscard]] QSize sizeHint() const override { return {360, 120}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void paintStages(class QPainter& painter) const;

  std::optional<ResidencyPlan> plan_;
};

}  // namespace tstitch::ui
