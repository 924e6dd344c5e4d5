#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/engine/run_plan.h"

namespace tstitch::ui {

/// Times that were measured at another size, brought to this one by the number of pixels.
struct TimeGuess {
  MeasuredSeconds measured;
  Extent from;
  bool isLarger = false;  ///< than that size: attention takes more than its share, so it is the least
};

/// What a plan told of time and memory.
struct PlannedCost {
  MeasuredSeconds measured;
  MeasuredSeconds second = {};  ///< of the second pass, at its size
  std::optional<ResidencyPlan> residency;
  std::optional<TimeGuess> guess = {};  ///< where nothing is measured at this size
};

/// The costs that plans told before, so that settings like earlier ones show theirs at once, before they are planned.
/// Times hang on models, size, guidance and what is added to the networks; memory also on which denoisers run.
class KnownCosts {
 public:
  void note(const GenerationRequest& request, const RunPlan& plan);
  /// Empty where nothing like it was planned yet.
  [[nodiscard]] PlannedCost of(const GenerationRequest& request) const;
  void forget();

 private:
  struct Times {
    MeasuredSeconds first;
    MeasuredSeconds second;
  };
  std::map<std::string, Times> times_;
  [[nodiscard]] std::optional<TimeGuess> guess(const GenerationRequest& request) const;

  struct AtSize {
    Extent extent;
    MeasuredSeconds measured;
  };
  std::map<std::string, AtSize> sizes_;  ///< the last measured one
  std::map<std::string, ResidencyPlan> memory_;
};

}  // namespace tstitch::ui
