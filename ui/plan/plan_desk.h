#pragma once

#include <QObject>
#include <functional>
#include <map>
#include <vector>

#include "ui/plan/plan_page.h"
#include "ui/plan/plan_rows.h"

namespace tstitch::ui {

class CreatePanel;
class NoticeBar;
class PairBox;
class PairCare;
class PairSession;
class RatioGridModel;
class Session;
class StudioState;

/// What the plan page is joined to.
struct PlanViews {
  PlanPage& page;
  PairBox& pairs;
  PairSession& models;
  CreatePanel& panel;
  PairCare& care;
  NoticeBar& notice;
};

/// Answers the plan page: facts of the chosen pair, what was measured, points of grids that were made; and puts what is
/// chosen there into Create.
class PlanDesk : public QObject {
  Q_OBJECT

 public:
  PlanDesk(Session& session, const PlanViews& views, StudioState& state);

  /// What planning Create's request gave.
  void takePlan(const RunPlan& plan);
  /// A grid that has ended, with the request that its cells have in common.
  void takeGrid(const RatioGridModel& grid, const GenerationRequest& base);
  /// Times may have changed.
  void refresh();

 Q_SIGNALS:
  /// A grid of these ratios and step counts shall be made.
  void ratiosWanted(const QString& ratios, const QString& steps);

 private:
  void askFacts();
  void show();
  void showPoints();
  [[nodiscard]] std::vector<PlanPoint> predicted(const std::vector<PlanPoint>& measured) const;
  void applyMeasured(int row);
  void applyPoint(int point);
  void wantRatios();
  void keepPoints(const QString& key, const std::vector<PlanPoint>& points);
  [[nodiscard]] QString pairName(const MeasuredPair& measured) const;

  Session& session_;
  PlanViews views_;
  StudioState& state_;
  QObject factsTurn_;  ///< contexts of questions of which only the newest counts
  QObject measuredTurn_;
  std::vector<NamedFacts> models_;
  QString problem_;  ///< why there are no facts
  MeasuredSeconds seconds_;
  std::vector<MeasuredPair> measured_;
  std::map<QString, std::vector<PlanPoint>> points_;  ///< by pair and size
  std::vector<PlanPoint> shownPoints_;
};

}  // namespace tstitch::ui
