#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/engine/run_plan.h"

namespace tstitch::ui {

/// What a plan told of time and memory.
struct PlannedCost {
  MeasuredSeconds measured;
  std::optional<ResidencyPlan> residency;
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
  std::map<std::string, MeasuredSeconds> times_;
  std::map<std::string, ResidencyPlan> memory_;
};

}  // namespace tstitch::ui
