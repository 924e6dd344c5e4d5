#pragma once

#include <optional>
#include <variant>

#include "ui/generate/run_shape.h"

namespace tstitch::ui {

/// What the user asked of the trajectory: a ratio or a count of small evaluations. The ratio is kept when the number of
/// steps changes; a count stands exactly, also where no whole percent leads to it (runs of more than 100 evaluations).
class SplitChoice {
 public:
  void setShape(RunShape shape);
  /// How a ratio becomes a count; `floor` at first.
  void setRule(SplitRule rule);
  void setPercent(int percent);
  /// Snaps to a count that exists.
  void setSmallCount(int count);

  [[nodiscard]] const RunShape& shape() const { return shape_; }
  [[nodiscard]] int smallCount() const { return smallCount_; }
  [[nodiscard]] int percent() const { return percent_; }
  /// The request's split: the ratio where it gives the count, otherwise the two segments.
  [[nodiscard]] std::variant<RatioSplit, SegmentSplit> split() const;

 private:
  [[nodiscard]] int countFor(int percent) const;
  [[nodiscard]] std::optional<int> percentFor(int count) const;

  RunShape shape_;
  SplitRule rule_ = SplitRule::Floor;
  int percent_ = 40;
  int smallCount_ = 0;
};

}  // namespace tstitch::ui
