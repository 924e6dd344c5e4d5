#include "core/jobs/ratio_plot.h"

#include <algorithm>
#include <cmath>

namespace tstitch {

namespace {

/// The values on a scale of 0..1; all of them 0 where they are equal.
std::vector<double> scaled(const std::vector<RatioPoint>& points, double RatioPoint::*value) {
  const auto [least, most] = std::minmax_element(
      points.begin(), points.end(), [&](const RatioPoint& a, const RatioPoint& b) { return a.*value < b.*value; });
  const double span = (*most).*value - (*least).*value;
  std::vector<double> on_scale;
  on_scale.reserve(points.size());
  for (const RatioPoint& point : points) on_scale.push_back(span > 0 ? (point.*value - (*least).*value) / span : 0);
  return on_scale;
}

}  // namespace

std::optional<std::size_t> knee_of(const std::vector<RatioPoint>& points) {
  if (points.size() < 3) return std::nullopt;
  const std::vector<double> x = scaled(points, &RatioPoint::seconds), y = scaled(points, &RatioPoint::rms);
  const double dx = x.back() - x.front(), dy = y.back() - y.front();
  constexpr double kOnTheChord = 1e-12;
  double farthest = kOnTheChord;
  std::optional<std::size_t> knee;
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const double area = std::abs(dx * (y[i] - y.front()) - dy * (x[i] - x.front()));
    if (area <= farthest) continue;
    farthest = area;
    knee = i;
  }
  return knee;
}

}  // namespace tstitch
