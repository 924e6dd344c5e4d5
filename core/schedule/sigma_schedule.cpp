#include "core/schedule/sigma_schedule.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/request/names.h"
#include "core/request/sampler_traits.h"
#include "core/schedule/align_your_steps.h"
#include "core/schedule/sigma_table.h"
#include "core/schedule/timestep_grid.h"

namespace tstitch {
namespace {

/// Samplers that take whole timesteps and read alphas_cumprod at them.
bool walks_timesteps(SamplerKind sampler) {
  const GridRule grid = traits_of(sampler).grid;
  return grid == GridRule::Timesteps || grid == GridRule::Distilled;
}

bool is_exponential_integrator(SamplerKind sampler) {
  return traits_of(sampler).grid == GridRule::Integrator;
}

bool is_table_spacing(Spacing spacing) {
  return spacing == Spacing::Karras || spacing == Spacing::Exponential || spacing == Spacing::Ays;
}

/// The spacing of the grid from which Karras' and exponential ranges come, and which decides the initial scale.
Spacing base_spacing(SamplerKind sampler, const SchedulerConfig& config) {
  return config.spacing.value_or(traits_of(sampler).spacing);
}

SamplerKind resolved(SamplerKind sampler, const SchedulerConfig& config) {
  return sampler == SamplerKind::Default ? default_sampler(config) : sampler;
}

std::string samplers_with_tables() {
  std::vector<std::string> names;
  for (const SamplerTraits& row : kSamplerTraits) {
    if (row.takes_tables) names.emplace_back(row.name);
  }
  return join(names, ", ");
}

void require_layout(SamplerKind sampler, Spacing spacing, int steps, const SchedulerConfig& config) {
  if (steps < 1 || steps > config.train_timesteps) {
    throw UsageError(concat(steps, " steps are not in 1..", config.train_timesteps, ", what the model was trained on."),
                     "--steps");
  }
  if (is_table_spacing(spacing) && !traits_of(sampler).takes_tables) {
    throw UsageError(concat("sampler ", name_of(sampler), " has no ", name_of(spacing), " spacing."), "--spacing",
                     concat("Samplers with sigmas of their own (", samplers_with_tables(), ") have."));
  }
  const bool range = config.variance == Variance::LearnedRange;
  if (sampler == SamplerKind::Ddpm && (config.variance == Variance::Learned || (range && !config.learns_variance))) {
    throw BadInput("variance_type expects a network that predicts its variance, which text-to-image networks do not.",
                   "scheduler_config.json", "Use another sampler than ddpm.");
  }
}

[[noreturn]] void throw_outside(const SigmaSchedule& schedule, int steps, double timestep) {
  throw UsageError(concat("spacing ", name_of(schedule.spacing), " with ", steps, " steps asks for timestep ", timestep,
                          ", outside the model's 0..", schedule.config.train_timesteps - 1, "."),
                   "--steps", "Use fewer steps or another spacing.");
}

/// Three spacings, as each class computes them. Highest first, `steps` entries.
std::vector<double> spaced_timesteps(SamplerKind sampler, Spacing spacing, int steps, const SchedulerConfig& config) {
  const bool drops_last = is_exponential_integrator(sampler);
  const int points = drops_last ? steps + 1 : steps;
  std::vector<double> timesteps;
  if (spacing == Spacing::Trailing) return trailing_timesteps(steps, config.train_timesteps);
  if (spacing == Spacing::Linspace && config.respaced && walks_timesteps(sampler)) {
    return even_timesteps(steps, config.train_timesteps);
  }
  if (spacing == Spacing::Leading) {
    timesteps = leading_timesteps(points, config.train_timesteps / points, config.steps_offset.value());
  } else {
    timesteps = linspace_timesteps(points, config.train_timesteps);
    if (walks_timesteps(sampler) || drops_last) timesteps = rounded(std::move(timesteps));
  }
  timesteps.resize(static_cast<std::size_t>(steps));
  return timesteps;
}

std::vector<double> lcm_timesteps(int steps, const SchedulerConfig& config) {
  const int origin = config.original_inference_steps.value();
  if (steps > origin) {
    throw UsageError(concat(steps, " steps are more than the ", origin, " that this model was distilled on."),
                     "--steps", concat("Use 1 to ", origin, " steps with sampler lcm."));
  }
  const int stride = config.train_timesteps / origin;
  std::vector<double> timesteps;
  for (int i = 0; i < steps; ++i) {
    const int skipped = static_cast<int>(std::floor(i * (static_cast<double>(origin) / steps)));
    timesteps.push_back((origin - skipped) * stride - 1);
  }
  return timesteps;
}

/// A grid that stands still everywhere (leading with more points than timesteps) or leaves the table is refused.
void require_inside(const SigmaSchedule& schedule, const std::vector<double>& timesteps) {
  const int steps = static_cast<int>(timesteps.size());
  const double last = schedule.config.train_timesteps - 1.0;
  for (const double timestep : timesteps) {
    if (timestep < 0.0 || timestep > last) throw_outside(schedule, steps, timestep);
  }
  if (steps > 1 && timesteps.front() == timesteps.back()) {
    throw UsageError(concat("spacing ", name_of(schedule.spacing), " has no ", steps, " different noise levels."),
                     "--steps", "Use fewer steps or another spacing.");
  }
}

NoiseLevel final_table_level(const NoiseSchedule& table, const SchedulerConfig& config) {
  if (config.set_alpha_to_one.value_or(true)) return {1.0, 0.0, Timestep{0.0}};
  return table.level(0);
}

void add_step(SigmaSchedule& schedule, const NoiseLevel& level, const std::vector<NoiseLevel>& asked) {
  const StepIndex step{static_cast<int>(schedule.levels.size())};
  schedule.levels.push_back(level);
  for (const NoiseLevel& evaluation : asked) schedule.evaluations.push_back({step, evaluation});
}

/// PNDM's Runge-Kutta start (Liu et al. 2022, algorithm 2): three steps of four evaluations, two of them half-way.
void add_runge_kutta_steps(SigmaSchedule& schedule, const NoiseSchedule& table, const std::vector<int>& timesteps) {
  if (timesteps.size() < 4) {
    throw UsageError(
        concat("sampler pndm with its Runge-Kutta start needs at least 4 steps, got ", timesteps.size(), "."),
        "--steps");
  }
  const int half = schedule.config.train_timesteps / static_cast<int>(timesteps.size()) / 2;
  for (std::size_t i = 0; i < 3; ++i) {
    const int middle = timesteps[i + 1] + half;
    if (middle >= table.size()) throw_outside(schedule, static_cast<int>(timesteps.size()), middle);
    const NoiseLevel between = table.level(middle);
    const NoiseLevel level = table.level(timesteps[i]);
    add_step(schedule, level, {level, between, between, table.level(timesteps[i + 1])});
  }
}

void lay_out_pndm(SigmaSchedule& schedule, const NoiseSchedule& table, const std::vector<int>& timesteps) {
  const bool skips = schedule.config.skip_prk_steps.value();
  if (!skips) add_runge_kutta_steps(schedule, table, timesteps);
  for (std::size_t i = skips ? 0 : 3; i < timesteps.size(); ++i) {
    const NoiseLevel level = table.level(timesteps[i]);
    add_step(schedule, level, {level});
    // The second level is looked at twice: the first look corrects the first step.
    if (skips && i == 1) add_step(schedule, level, {level});
  }
}

void lay_out_timesteps(SigmaSchedule& schedule, int steps) {
  const NoiseSchedule table(schedule.config);
  const std::vector<double> grid = traits_of(schedule.sampler).grid == GridRule::Distilled
                                       ? lcm_timesteps(steps, schedule.config)
                                       : spaced_timesteps(schedule.sampler, schedule.spacing, steps, schedule.config);
  require_inside(schedule, grid);
  const std::vector<int> timesteps(grid.begin(), grid.end());
  if (schedule.sampler == SamplerKind::Pndm) {
    lay_out_pndm(schedule, table, timesteps);
  } else {
    for (const int timestep : timesteps) add_step(schedule, table.level(timestep), {table.level(timestep)});
  }
  const bool ends_clean = schedule.sampler == SamplerKind::Ddpm || schedule.sampler == SamplerKind::Lcm;
  schedule.levels.push_back(ends_clean ? NoiseLevel{1.0, 0.0, Timestep{0.0}}
                                       : final_table_level(table, schedule.config));
}

struct SigmaGrid {
  std::vector<double> timesteps;
  std::vector<double> sigmas;
};

/// Timesteps of given sigmas. The exponential integrators hold integers: rounded for Karras' sigmas, cut for
/// exponential ones, and cut too where DPM-Solver++ meets the squared cosine schedule.
std::vector<double> timesteps_of(const SigmaSchedule& schedule, const SigmaTable& table,
                                 const std::vector<double>& sigmas) {
  const bool cuts =
      schedule.spacing == Spacing::Exponential ||
      (schedule.sampler != SamplerKind::UniPc && schedule.config.beta_schedule == BetaSchedule::SquaredCosine);
  std::vector<double> timesteps;
  for (const double sigma : sigmas) {
    const double timestep = table.timestep_at(sigma);
    if (!is_exponential_integrator(schedule.sampler)) {
      timesteps.push_back(timestep);
    } else {
      timesteps.push_back(cuts ? std::trunc(timestep) : std::nearbyint(timestep));
    }
  }
  return timesteps;
}

SigmaGrid sigma_grid(const SigmaSchedule& schedule, const SigmaTable& table, int steps) {
  const bool from_table = is_table_spacing(schedule.spacing);
  const Spacing base = from_table ? schedule.config.spacing.value() : schedule.spacing;
  SigmaGrid grid;
  grid.timesteps = spaced_timesteps(schedule.sampler, base, steps, schedule.config);
  if (!is_exponential_integrator(schedule.sampler)) {
    for (double& timestep : grid.timesteps) timestep = static_cast<float>(timestep);
  }
  if (schedule.spacing == Spacing::Ays) {
    grid.sigmas = align_your_steps_sigmas(align_your_steps_table(schedule.config), steps);
    grid.timesteps = timesteps_of(schedule, table, grid.sigmas);
    return grid;
  }
  if (!from_table || !is_exponential_integrator(schedule.sampler)) require_inside(schedule, grid.timesteps);
  for (const double timestep : grid.timesteps) grid.sigmas.push_back(table.sigma_at(timestep));
  if (!from_table) return grid;
  const bool whole = is_exponential_integrator(schedule.sampler);
  const double max = whole ? table.max() : grid.sigmas.front();
  const double min = whole ? table.min() : grid.sigmas.back();
  grid.sigmas =
      schedule.spacing == Spacing::Karras ? karras_sigmas(max, min, steps) : exponential_sigmas(max, min, steps);
  grid.timesteps = timesteps_of(schedule, table, grid.sigmas);
  return grid;
}

/// 0 for `final_sigmas_type` zero; for `sigma_min` the table's smallest, of UniPC's own sigma lists their last.
double final_sigma(const SigmaSchedule& schedule, const SigmaTable& table, const SigmaGrid& grid) {
  if (schedule.config.final_sigmas_type.value() == "zero") return 0.0;
  const bool own_list = schedule.sampler == SamplerKind::UniPc && is_table_spacing(schedule.spacing);
  return own_list ? grid.sigmas.back() : table.min();
}

/// Level of an entry of diffusers' float32 lists.
NoiseLevel float_level(double sigma, double timestep) {
  return level_at(Sigma{static_cast<float>(sigma)}, Timestep{static_cast<float>(timestep)});
}

void lay_out_sigmas(SigmaSchedule& schedule, int steps) {
  const SigmaTable table(NoiseSchedule(schedule.config).with_finite_sigmas());
  const SigmaGrid grid = sigma_grid(schedule, table, steps);
  std::vector<NoiseLevel> levels;
  for (std::size_t i = 0; i < grid.sigmas.size(); ++i) levels.push_back(float_level(grid.sigmas[i], grid.timesteps[i]));
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const bool asks_twice = traits_of(schedule.sampler).calls == StepCalls::TwoButLast && i + 1 < levels.size();
    add_step(schedule, levels[i], asks_twice ? std::vector{levels[i], levels[i + 1]} : std::vector{levels[i]});
  }
  schedule.levels.push_back(float_level(final_sigma(schedule, table, grid), 0.0));
}

/// Euler's family starts from sigma_max times noise, or sqrt(sigma_max^2 + 1) times noise where the grid is leading
/// (exactness.md 3); the others from unit noise.
double initial_scale(const SigmaSchedule& schedule) {
  if (traits_of(schedule.sampler).state == LatentState::VariancePreserving) return 1.0;
  double max = 0.0;
  for (const NoiseLevel& level : schedule.levels) max = std::max(max, level.sigma().value);
  const Spacing base = is_table_spacing(schedule.spacing) ? schedule.config.spacing.value() : schedule.spacing;
  return static_cast<float>(base == Spacing::Leading ? std::sqrt(max * max + 1.0) : max);
}

}  // namespace

SamplerKind default_sampler(const SchedulerConfig& config) {
  if (config.class_name.empty()) return SamplerKind::Ddim;
  const SamplerTraits* const row = traits_with(&SamplerTraits::scheduler_class, config.class_name);
  if (row == nullptr) {
    throw BadInput(concat("_class_name ", config.class_name, " is no scheduler that this program knows."),
                   "scheduler_config.json");
  }
  const bool stochastic = config.algorithm_type == "sde-dpmsolver++";
  return row->kind == SamplerKind::Dpmpp2M && stochastic ? SamplerKind::Dpmpp2MSde : row->kind;
}

double default_eta(SamplerKind asked, const SchedulerConfig& config) {
  return asked == SamplerKind::Default ? config.default_eta : 0.0;
}

Spacing default_spacing(SamplerKind sampler, const SchedulerConfig& config) {
  const SamplerKind kind = resolved(sampler, config);
  const SamplerTraits& traits = traits_of(kind);
  if (traits.grid == GridRule::Distilled) return traits.spacing;  // its own grid: the file's word has no effect
  if (traits.takes_tables && config.use_karras_sigmas.value_or(false)) return Spacing::Karras;
  if (traits.takes_tables && config.use_exponential_sigmas.value_or(false)) return Spacing::Exponential;
  return base_spacing(kind, config);
}

int evaluation_count(SamplerKind sampler, int steps, const SchedulerConfig& config) {
  const StepCalls calls = traits_of(resolved(sampler, config)).calls;
  if (calls == StepCalls::TwoButLast) return 2 * steps - 1;
  if (calls == StepCalls::One) return steps;
  if (!config.skip_prk_steps.value_or(false)) return steps + 9;
  return steps == 1 ? 1 : steps + 1;  // with one step there is no second level to look at twice
}

SchedulerConfig with_class_defaults(SamplerKind sampler, SchedulerConfig config) {
  const SamplerKind kind = resolved(sampler, config);
  const auto fill = [](auto& option, auto value) {
    if (!option) option = value;
  };
  const SamplerTraits& traits = traits_of(kind);
  if (!traits.rescales_zero_snr) config.rescale_zero_snr = false;
  if (traits.clipping == Clipping::Never) config.clip_sample = false;
  if (!traits.chooses_last_sigma) config.final_sigmas_type = "zero";
  fill(config.spacing, base_spacing(kind, config));
  fill(config.steps_offset, 0);
  fill(config.set_alpha_to_one, kind != SamplerKind::Pndm);
  fill(config.skip_prk_steps, false);
  fill(config.clip_sample, traits.clipping == Clipping::On);
  fill(config.clip_sample_range, 1.0);
  fill(config.variance, Variance::FixedSmall);
  fill(config.use_karras_sigmas, false);
  fill(config.use_exponential_sigmas, false);
  fill(config.solver_order, 2);
  fill(config.lower_order_final, true);
  fill(config.final_sigmas_type, "zero");
  fill(config.original_inference_steps, 50);
  fill(config.timestep_scaling, 10.0);
  return config;
}

SigmaSchedule make_sigma_schedule(SamplerKind sampler, Spacing spacing, int steps, const SchedulerConfig& config) {
  SigmaSchedule schedule;
  schedule.asked_steps = steps;
  schedule.sampler = resolved(sampler, config);
  schedule.spacing = spacing == Spacing::Default ? default_spacing(schedule.sampler, config) : spacing;
  schedule.config = with_class_defaults(schedule.sampler, config);
  require_layout(schedule.sampler, schedule.spacing, steps, config);
  if (traits_of(schedule.sampler).grid == GridRule::Distilled) schedule.spacing = Spacing::Leading;
  if (walks_timesteps(schedule.sampler)) {
    lay_out_timesteps(schedule, steps);
  } else {
    lay_out_sigmas(schedule, steps);
  }
  schedule.initial_scale = initial_scale(schedule);
  const auto expected = evaluation_count(schedule.sampler, steps, schedule.config);
  TSTITCH_CHECK(static_cast<int>(schedule.evaluations.size()) == expected, schedule.evaluations.size(), expected);
  return schedule;
}

}  // namespace tstitch
