#include "ui/plan/plan_points.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/image/picture_difference.h"
#include "ui/convert/image_convert.h"
#include "ui/plan/plan_rows.h"

namespace tstitch::ui {
namespace {

/// For each seed the large denoiser's own picture of the most steps.
std::map<QString, const MadeCell*> references(const std::vector<MadeCell>& cells) {
  std::map<QString, const MadeCell*> whole;
  for (const MadeCell& cell : cells) {
    if (cell.percent != 0 || cell.image.isNull()) continue;
    const MadeCell*& known = whole[cell.seed];
    if (known == nullptr || known->steps < cell.steps) known = &cell;
  }
  return whole;
}

struct Sum {
  int count = 0;
  double seconds = 0;
  double difference = 0;
};

}  // namespace

std::vector<PlanPoint> pointsOf(const std::vector<MadeCell>& cells) {
  const auto whole = references(cells);
  std::map<std::pair<int, int>, Sum> sums;
  for (const MadeCell& cell : cells) {
    const auto reference = whole.find(cell.seed);
    if (reference == whole.end() || cell.image.size() != reference->second->image.size()) continue;
    Sum& sum = sums[{cell.steps, cell.percent}];
    ++sum.count;
    sum.seconds += cell.seconds;
    sum.difference += picture_difference(toImage(reference->second->image), toImage(cell.image)).rms;
  }
  std::vector<PlanPoint> points;
  points.reserve(sums.size());
  for (const auto& [place, sum] : sums) {
    points.push_back({place.first, Percent{place.second}, sum.seconds / sum.count, sum.difference / sum.count});
  }
  return points;
}

namespace {

/// The neighbours of a ratio among the measured points of the same steps; both null where it is no ratio between two.
struct Neighbours {
  const PlanPoint* below = nullptr;
  const PlanPoint* above = nullptr;

  [[nodiscard]] bool areApart() const {
    return below != nullptr && above != nullptr && below->ratio.value < above->ratio.value;
  }
};

Neighbours neighboursOf(const std::vector<PlanPoint>& measured, int steps, Percent ratio) {
  Neighbours found;
  for (const PlanPoint& point : measured) {
    if (point.steps != steps) continue;
    const bool isBelow = point.ratio <= ratio && (found.below == nullptr || found.below->ratio < point.ratio);
    const bool isAbove = point.ratio >= ratio && (found.above == nullptr || point.ratio < found.above->ratio);
    if (isBelow) found.below = &point;
    if (isAbove) found.above = &point;
  }
  return found;
}

}  // namespace

std::vector<PlanPoint> predictedPoints(const std::vector<PlanPoint>& measured, const CostModel& cost,
                                       const SegmentsOf& segmentsOf) {
  std::set<int> steps;
  for (const PlanPoint& point : measured) steps.insert(point.steps);
  std::vector<Percent> ratios;
  for (const std::vector<Percent>& shares : share_tuples(2, Percent{10})) ratios.push_back(shares.front());
  std::sort(ratios.begin(), ratios.end());
  const auto difference = [&](int count, Percent ratio) {
    const auto [below, above] = neighboursOf(measured, count, ratio);
    if (below == nullptr || above == nullptr || below == above) return 0.0;
    const double way =
        static_cast<double>(ratio.value - below->ratio.value) / (above->ratio.value - below->ratio.value);
    return below->difference + way * (above->difference - below->difference);
  };
  std::vector<PlanPoint> points = plan_points({steps.begin(), steps.end()}, ratios, cost, segmentsOf, difference);
  std::erase_if(points,
                [&](const PlanPoint& point) { return !neighboursOf(measured, point.steps, point.ratio).areApart(); });
  return points;
}

std::optional<std::size_t> bestWithin(const std::vector<PlanPoint>& points, double seconds) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].seconds > seconds) continue;
    if (!best || points[i].difference < points[*best].difference) best = i;
  }
  return best;
}

void PlanPointModel::show(std::vector<PlanPoint> measured, const std::vector<PlanPoint>& predicted) {
  beginResetModel();
  measured_ = std::move(measured);
  front_ = pareto_front(measured_);
  points_ = measured_;
  points_.insert(points_.end(), predicted.begin(), predicted.end());
  endResetModel();
}

int PlanPointModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(points_.size());
}

QVariant PlanPointModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)) return {};
  const auto at = static_cast<std::size_t>(index.row());
  const bool best = std::find(front_.begin(), front_.end(), at) != front_.end();
  const QString text = pointText(points_.at(at));
  if (!isMeasured(at)) return tr("%1, predicted").arg(text);
  return best ? tr("%1, best").arg(text) : text;
}

}  // namespace tstitch::ui
