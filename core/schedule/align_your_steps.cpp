#include "core/schedule/align_your_steps.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/base/error.h"
#include "core/schedule/timestep_grid.h"

namespace tstitch {
namespace {

const std::vector<double> kStableDiffusion{14.615, 6.475, 3.861, 2.697, 1.886, 1.396,
                                           0.963,  0.652, 0.399, 0.152, 0.029};
const std::vector<double> kStableDiffusionXl{14.615, 6.315, 3.771, 2.181, 1.342, 0.862,
                                             0.555,  0.380, 0.234, 0.113, 0.029};

/// The one noise schedule that both families were trained on.
bool has_stable_diffusion_betas(const SchedulerConfig& config) {
  return config.trained_betas.empty() && config.beta_schedule == BetaSchedule::ScaledLinear &&
         config.beta_start == 0.00085 && config.beta_end == 0.012 && config.train_timesteps == 1000 &&
         !config.rescale_zero_snr;
}

}  // namespace

const std::vector<double>& align_your_steps_table(const SchedulerConfig& config) {
  if (!has_stable_diffusion_betas(config)) {
    throw UsageError("spacing ays: no table was published for this model's noise schedule.", "--spacing",
                     "Tables exist for Stable Diffusion 1 and SDXL; choose karras or trailing.");
  }
  if (config.family_table) {
    return *config.family_table == FamilyTable::StableDiffusionXl ? kStableDiffusionXl : kStableDiffusion;
  }
  return config.class_name == "EulerDiscreteScheduler" ? kStableDiffusionXl : kStableDiffusion;
}

std::vector<double> align_your_steps_sigmas(const std::vector<double>& table, int steps) {
  std::vector<double> sigmas;
  for (const double place : linspace(0.0, static_cast<double>(table.size() - 1), steps + 1)) {
    const std::size_t low = std::min(static_cast<std::size_t>(place), table.size() - 2);
    const double weight = place - static_cast<double>(low);
    // Entries themselves are returned as published, not through a logarithm and back.
    sigmas.push_back(weight == 0.0
                         ? table[low]
                         : std::exp(std::log(table[low]) * (1.0 - weight) + std::log(table[low + 1]) * weight));
  }
  sigmas.pop_back();
  return sigmas;
}

}  // namespace tstitch
