#pragma once

#include <QAbstractListModel>
#include <QImage>
#include <QObject>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "core/trajectory/planner.h"

namespace tstitch::ui {

/// A picture of a grid that was made: what it was made with, how long that took, and what came of it.
struct MadeCell {
  int steps = 0;
  int percent = 0;
  QString seed;
  double seconds = 0;
  QImage image;
};

/// The points of some cells, means over their seeds: seconds as they were measured, and how far a picture is (RMS) from
/// the one of the same seed that the large denoiser alone made in the most steps. Cells without such a picture, and
/// those of another size, tell nothing. Reads no file.
std::vector<PlanPoint> pointsOf(const std::vector<MadeCell>& cells);

/// Who makes a run of so many steps at that ratio.
using SegmentsOf = std::function<std::vector<Segment>(int steps, Percent ratio)>;

/// Ratios between measured ones, every ten percent: seconds by the cost of an evaluation, the difference on the line
/// between the measured neighbours of the same steps. Nothing where evaluations are not measured.
std::vector<PlanPoint> predictedPoints(const std::vector<PlanPoint>& measured, const CostModel& cost,
                                       const SegmentsOf& segmentsOf);

/// The point with the least difference that takes no longer than that many seconds; nothing where all do.
std::optional<std::size_t> bestWithin(const std::vector<PlanPoint>& points, double seconds);

/// Points as lines of text: "25 steps, 40 %: 2.1 s, RMS 0.021"; those that no other measured one beats end ", best".
/// Behind the measured ones stand those that are only predicted, which say so.
class PlanPointModel : public QAbstractListModel {
  Q_OBJECT

 public:
  using QAbstractListModel::QAbstractListModel;

  void show(std::vector<PlanPoint> measured, const std::vector<PlanPoint>& predicted = {});
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] const std::vector<PlanPoint>& points() const { return points_; }
  [[nodiscard]] const std::vector<PlanPoint>& measured() const { return measured_; }
  [[nodiscard]] bool isMeasured(std::size_t point) const { return point < measured_.size(); }
  /// The measured points that no other measured one beats, ascending seconds.
  [[nodiscard]] const std::vector<std::size_t>& front() const { return front_; }

 private:
  std::vector<PlanPoint> points_;
  std::vector<PlanPoint> measured_;  ///< the first of them
  std::vector<std::size_t> front_;
};

}  // namespace tstitch::ui
