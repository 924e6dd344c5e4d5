#include "ui/generate/run_shape.h"

#include <QCoreApplication>
#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/error.h"
#include "core/schedule/sigma_schedule.h"
#include "core/trajectory/trajectory.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

RunShape everySeam(int evaluations) {
  RunShape shape;
  shape.evaluations = evaluations;
  shape.seams.resize(static_cast<std::size_t>(evaluations) + 1);
  std::iota(shape.seams.begin(), shape.seams.end(), 0);
  constexpr double kFirst = 999;
  for (int i = 0; i < evaluations; ++i) {
    shape.timesteps.push_back(Timestep{kFirst * (1.0 - static_cast<double>(i) / evaluations)});
  }
  return shape;
}

}  // namespace

int RunShape::snapped(int smallCount) const {
  const auto above = std::upper_bound(seams.begin(), seams.end(), smallCount);
  return above == seams.begin() ? 0 : *std::prev(above);
}

RunShape runShape(SamplerKind sampler, Spacing spacing, int steps, const std::optional<SchedulerConfig>& scheduler,
                  std::optional<double> strength) {
  if (!scheduler) return everySeam(std::clamp(static_cast<int>(steps * strength.value_or(1)), 1, steps));
  try {
    SigmaSchedule schedule = make_sigma_schedule(sampler, spacing, steps, *scheduler);
    if (strength) schedule = entered_late(std::move(schedule), *strength);
    RunShape shape{static_cast<int>(schedule.evaluations.size()), seam_places(schedule), {}, {}};
    for (const Evaluation& evaluation : schedule.evaluations) shape.timesteps.push_back(evaluation.level.timestep);
    return shape;
  } catch (const Error& error) {
    RunShape shape = everySeam(evaluation_count(sampler, steps, *scheduler));
    const bool lacks = sampler == SamplerKind::Default && !has_default_sampler(*scheduler);
    shape.problem =
        lacks ? QCoreApplication::translate("RunShape", "This model's own sampler is not available: choose one.")
              : inWindowWords(error.sentence());
    return shape;
  }
}

}  // namespace tstitch::ui
