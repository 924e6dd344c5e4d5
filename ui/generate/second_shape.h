#pragma once

#include <optional>
#include <variant>

#include "ui/generate/run_shape.h"
#include "ui/generate/time_prediction.h"

namespace tstitch::ui {

/// What is known of a second pass without the engine, and what its times hang on.
struct SecondShape {
  RunShape shape;
  std::optional<Percent> share;   ///< of the small denoiser; none = as the first pass
  MeasuredSeconds measured = {};  ///< at its size
};

/// Nothing where the request has no second pass.
std::optional<SecondShape> secondShape(const GenerationRequest& request,
                                       const std::optional<SchedulerConfig>& scheduler);

/// Who makes how much of it after a first pass with that split: its own share, the first pass's ratio, or whoever made
/// the first pass's last segment.
PassCounts secondCounts(const SecondShape& second, const std::variant<RatioSplit, SegmentSplit>& first);

/// What it adds to a run. Nothing where a part of it was not measured.
std::optional<TimePrediction> predictSecond(const SecondShape& second,
                                            const std::variant<RatioSplit, SegmentSplit>& first);

}  // namespace tstitch::ui
