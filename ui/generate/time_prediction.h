#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/engine/run_plan.h"
#include "ui/generate/run_shape.h"

namespace tstitch::ui {

/// Seconds that a run will take on this machine.
struct TimePrediction {
  double seconds = 0;
  double allLarge = 0;

  /// Share of the time that is saved against the large denoiser alone, in percent; negative where it takes longer.
  [[nodiscard]] int savedPercent() const;
};

/// Nothing where a part of the run was not measured yet.
std::optional<TimePrediction> predict(const MeasuredSeconds& measured, const std::vector<Segment>& segments);
std::optional<TimePrediction> predict(const MeasuredSeconds& measured, int small, int evaluations);

/// The least count of small evaluations with which a run fits into a time.
struct BudgetChoice {
  int smallCount = 0;
  double seconds = 0;
  bool fits = false;  ///< false: even with all of them small it takes longer
};
/// What a second pass adds, after so many small evaluations in the first; nothing where that is not measured.
using SecondsAfter = std::function<std::optional<double>(int smallCount)>;
/// Nothing where the times are not measured.
std::optional<BudgetChoice> choiceFor(double budget, const MeasuredSeconds& measured, const RunShape& shape,
                                      const SecondsAfter& after = {});

}  // namespace tstitch::ui
