#pragma once

#include <QStringListModel>
#include <QWidget>
#include <optional>
#include <vector>

#include "core/engine/residency_plan.h"
#include "ui/plan/plan_points.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace tstitch::ui {

class DecimalField;
class MemoryView;
class PlanPointView;
class RowList;

/// Plan: what the pair's models are, whether and why not they stitch, what was measured of which pair, memory over the
/// run, and time against difference. Shows what it is told and says by signals what is wanted.
class PlanPage : public QWidget {
  Q_OBJECT

 public:
  explicit PlanPage(QWidget* parent = nullptr);

  void setPair(const QString& name, const QString& stitch, const QStringList& facts);
  /// Behind `Bench: `.
  void setBench(const QString& text, bool possible);
  void setMeasured(const QStringList& rows);
  void setMemory(const std::optional<ResidencyPlan>& plan);
  void setPoints(std::vector<PlanPoint> measured, const std::vector<PlanPoint>& predicted);
  /// Whether ratios can be measured now, and what is to be said of it.
  void setMeasuring(bool possible, const QString& remark);
  [[nodiscard]] const PlanPointModel& points() const { return points_; }

 Q_SIGNALS:
  void benchWanted();
  /// That row of what was measured shall stand in Create.
  void measuredChosen(int row);
  void pointChosen(int point);
  void ratiosWanted();
  /// Somebody looks at the page.
  void shown();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* buildFacts();
  QWidget* buildPlot();
  void connectControls();
  void showBest();

  QStringListModel facts_;
  QStringListModel measured_;
  PlanPointModel points_;
  QLabel* pair_;
  QLabel* stitch_;
  RowList* factTable_;
  QLabel* bench_;
  QPushButton* benchNow_;
  RowList* measuredTable_;
  QLabel* measuredRemark_;
  MemoryView* memory_;
  PlanPointView* plot_;
  RowList* pointTable_;
  DecimalField* budget_;
  QLabel* best_;
  QPushButton* useBest_;
  QPushButton* measureRatios_;
  QLabel* remark_;
};

}  // namespace tstitch::ui
