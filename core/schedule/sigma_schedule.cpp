#include "core/schedule/sigma_schedule.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/request/names.h"
#include "core/request/sampler_traits.h"
#include "core/schedule/align_your_steps.h"
#include "core/schedule/scheduler_classes.h"
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

/// DPM-Solver++ 2M, whose class has settings of its own.
bool is_multistep_solver(SamplerKind sampler) {
  return sampler == SamplerKind::Dpmpp2M || sampler == SamplerKind::Dpmpp2MSde;
}

bool is_table_spacing(Spacing spacing) {
  return spacing == Spacing::Karras || spacing == Spacing::Exponential || spacing == Spacing::Beta ||
         spacing == Spacing::Ays;
}

/// The spacing of the grid from which Karras' and exponential ranges come, and which decides the initial scale.
Spacing base_spacing(SamplerKind sampler, const SchedulerConfig& config) {
  const SamplerTraits& traits = traits_of(sampler);
  return traits.has_spacings ? config.spacing.value_or(traits.spacing) : traits.spacing;
}

SamplerKind resolved(SamplerKind sampler, const SchedulerConfig& config) {
  return sampler == SamplerKind::Default ? default_sampler(config) : sampler;
}

/// The sampler of the config's class, whatever its settings; nothing for a class that we lack.
std::optional<SamplerKind> class_sampler(const SchedulerConfig& config) {
  if (config.class_name.empty()) return SamplerKind::Ddim;
  const SamplerTraits* const row = traits_with(&SamplerTraits::scheduler_class, config.class_name);
  if (row == nullptr) return std::nullopt;
  const bool stochastic = config.algorithm_type && config.algorithm_type->starts_with("sde-");
  return row->kind == SamplerKind::Dpmpp2M && stochastic ? SamplerKind::Dpmpp2MSde : row->kind;
}

/// What is wrong with a setting of the file for a sampler; `config` has the class's defaults filled in.
struct Obstacle {
  std::string_view key;
  std::string text;
};

bool integrates_noise(const SchedulerConfig& config) {
  return config.algorithm_type == "dpmsolver" || config.algorithm_type == "sde-dpmsolver";
}

std::optional<Obstacle> solver_obstacle(SamplerKind sampler, const SchedulerConfig& config) {
  const int order = config.solver_order.value();
  if (sampler == SamplerKind::Dpmpp2S && order > 3) {
    return Obstacle{"solver_order", concat("is ", order, ", expected 1 to 3.")};
  }
  if (sampler == SamplerKind::Dpmpp2S && config.algorithm_type == "sde-dpmsolver") {
    return Obstacle{"algorithm_type", "is sde-dpmsolver, which single steps do not have."};
  }
  if (config.algorithm_type == "sde-dpmsolver" && order > 2) {
    return Obstacle{"solver_order", concat("is ", order, ", which algorithm_type sde-dpmsolver does not have.")};
  }
  if (integrates_noise(config) && config.final_sigmas_type == "zero") {
    return Obstacle{"final_sigmas_type", concat("is zero, where algorithm_type ", *config.algorithm_type,
                                                " cannot end; expected sigma_min.")};
  }
  return std::nullopt;
}

std::optional<Obstacle> obstacle(SamplerKind sampler, const SchedulerConfig& config) {
  if (config.thresholding && traits_of(sampler).thresholds) {
    return Obstacle{"thresholding", "is true; dynamic thresholding is not supported."};
  }
  if (config.has_own_predictor && sampler == SamplerKind::UniPc) {
    return Obstacle{"solver_p", "names a predictor of its own, which is not supported."};
  }
  return solver_obstacle(sampler, config);
}

void require_no_obstacle(SamplerKind sampler, const SchedulerConfig& config) {
  const auto found = obstacle(sampler, config);
  if (!found) return;
  throw BadInput(concat(found->key, " ", found->text), config.file,
                 concat("Choose a sampler without it by --sampler, such as ", name_of(nearest_sampler(config)), "."));
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
  const bool asks_spacing = spacing == Spacing::Leading || spacing == Spacing::Trailing;
  if (asks_spacing && !traits_of(sampler).has_spacings) {
    throw UsageError(concat("sampler ", name_of(sampler), " has no ", name_of(spacing), " spacing."), "--spacing",
                     "It has linspace, karras, exponential and beta.");
  }
  const bool range = config.variance == Variance::LearnedRange;
  if (sampler == SamplerKind::Ddpm && (config.variance == Variance::Learned || (range && !config.learns_variance))) {
    throw BadInput("variance_type expects a network that predicts its variance, which text-to-image networks do not.",
                   config.file, "Use another sampler than ddpm.");
  }
}

[[noreturn]] void throw_outside(const SigmaSchedule& schedule, int steps, double timestep) {
  throw UsageError(concat("spacing ", name_of(schedule.spacing), " with ", steps, " steps asks for timestep ", timestep,
                          ", outside the model's 0..", schedule.config.train_timesteps - 1, "."),
                   "--steps", "Use fewer steps or another spacing.");
}

/// Three spacings, as each class computes them, over the lowest `range` timesteps. Highest first, `steps` entries.
std::vector<double> spaced_timesteps(const SigmaSchedule& schedule, Spacing spacing, int steps, int range) {
  const SchedulerConfig& config = schedule.config;
  const bool drops_last = is_exponential_integrator(schedule.sampler);
  const int points = drops_last ? steps + 1 : steps;
  std::vector<double> timesteps;
  if (spacing == Spacing::Trailing) return trailing_timesteps(steps, range);
  if (spacing == Spacing::Linspace && config.respaced && walks_timesteps(schedule.sampler)) {
    return even_timesteps(steps, range);
  }
  if (spacing == Spacing::Leading) {
    timesteps = leading_timesteps(points, range / points, config.steps_offset.value());
  } else {
    timesteps = linspace_timesteps(points, range);
    if (walks_timesteps(schedule.sampler) || drops_last) timesteps = rounded(std::move(timesteps));
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

NoiseLevel final_table_level(SamplerKind sampler, const NoiseSchedule& table, const SchedulerConfig& config) {
  if (sampler == SamplerKind::Tcd) return table.level(0);
  const bool always_clean = sampler == SamplerKind::Ddpm || sampler == SamplerKind::Lcm;
  if (always_clean || config.set_alpha_to_one.value()) return {1.0, 0.0, Timestep{0.0}};
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
                                       : spaced_timesteps(schedule, schedule.spacing, steps, table.size());
  require_inside(schedule, grid);
  const std::vector<int> timesteps(grid.begin(), grid.end());
  if (schedule.sampler == SamplerKind::Pndm) {
    lay_out_pndm(schedule, table, timesteps);
  } else {
    for (const int timestep : timesteps) add_step(schedule, table.level(timestep), {table.level(timestep)});
  }
  schedule.levels.push_back(final_table_level(schedule.sampler, table, schedule.config));
}

struct SigmaGrid {
  std::vector<double> timesteps;
  std::vector<double> sigmas;
  std::optional<double> last = {};  ///< where the list itself says what the run ends at
};

/// Timesteps of given sigmas. The exponential integrators hold integers: rounded for Karras' sigmas and Lu's, cut for
/// others, and cut too where multistep DPM-Solver meets the squared cosine schedule.
std::vector<double> timesteps_of(const SigmaSchedule& schedule, const SigmaTable& table,
                                 const std::vector<double>& sigmas) {
  const bool whole = is_exponential_integrator(schedule.sampler);
  const bool cosine = schedule.config.beta_schedule == BetaSchedule::SquaredCosine;
  const bool lu = schedule.config.use_lu_lambdas.value();
  const bool cuts = (schedule.spacing == Spacing::Exponential && !lu) || schedule.spacing == Spacing::Beta ||
                    (is_multistep_solver(schedule.sampler) && cosine);
  const bool rounds = whole || (schedule.spacing == Spacing::Karras && traits_of(schedule.sampler).rounds_karras);
  std::vector<double> timesteps;
  for (const double sigma : sigmas) {
    const double timestep = table.timestep_at(sigma);
    const double whole_timestep = whole && cuts ? std::trunc(timestep) : std::nearbyint(timestep);
    timesteps.push_back(rounds ? whole_timestep : timestep);
  }
  return timesteps;
}

/// How many of the lowest timesteps a grid may visit: DPM-Solver leaves out what is noisier than its clip.
int grid_range(const SigmaSchedule& schedule, const SigmaTable& table, Spacing base) {
  const SchedulerConfig& config = schedule.config;
  if (!config.lambda_min_clipped) return config.train_timesteps;
  if (base == Spacing::Trailing) {
    throw UsageError("spacing trailing does not go with the model's lambda_min_clipped.", "--spacing",
                     "Use linspace or leading.");
  }
  const int range = config.train_timesteps - table.entries_below(*config.lambda_min_clipped);
  if (range > 0) return range;
  throw BadInput("lambda_min_clipped leaves no timestep of the schedule.", config.file);
}

/// Karras' and other sigmas between the ends of the grid, of the exponential integrators between those of the table;
/// the file may say others, which all classes but two read.
std::vector<double> table_sigmas(const SigmaSchedule& schedule, double max, double min, int steps) {
  const SchedulerConfig& config = schedule.config;
  const bool keeps_ends = schedule.spacing == Spacing::Karras &&
                          (schedule.sampler == SamplerKind::Lms || schedule.sampler == SamplerKind::DpmppSde);
  const double from = keeps_ends ? max : config.sigma_max.value_or(max);
  const double to = keeps_ends ? min : config.sigma_min.value_or(min);
  if (schedule.spacing == Spacing::Karras) return karras_sigmas(from, to, steps);
  return schedule.spacing == Spacing::Beta ? beta_sigmas(from, to, steps) : exponential_sigmas(from, to, steps);
}

SigmaGrid sigma_grid(const SigmaSchedule& schedule, const SigmaTable& table, int steps) {
  const bool whole = is_exponential_integrator(schedule.sampler);
  const bool from_table = is_table_spacing(schedule.spacing);
  const Spacing base = from_table ? schedule.config.spacing.value() : schedule.spacing;
  SigmaGrid grid;
  if (schedule.spacing == Spacing::Ays) {
    grid.sigmas = align_your_steps_sigmas(align_your_steps_table(schedule.config), steps);
    grid.timesteps = timesteps_of(schedule, table, grid.sigmas);
    return grid;
  }
  if (from_table && whole) {
    grid.sigmas = table_sigmas(schedule, table.max(), table.min(), steps);
    grid.timesteps = timesteps_of(schedule, table, grid.sigmas);
    return grid;
  }
  grid.timesteps = spaced_timesteps(schedule, base, steps, grid_range(schedule, table, base));
  if (!whole) {
    for (double& timestep : grid.timesteps) timestep = static_cast<float>(timestep);
  }
  require_inside(schedule, grid.timesteps);
  for (const double timestep : grid.timesteps) grid.sigmas.push_back(table.sigma_at(timestep));
  if (schedule.config.log_linear_sigmas) {
    grid.sigmas = exponential_sigmas(table.max(), table.min(), steps + 1);
    grid.last = grid.sigmas.back();
    if (!from_table) grid.sigmas.pop_back();
  }
  if (!from_table) return grid;
  grid.sigmas = table_sigmas(schedule, grid.sigmas.front(), grid.sigmas.back(), steps);
  grid.timesteps = timesteps_of(schedule, table, grid.sigmas);
  grid.last.reset();
  return grid;
}

/// 0 for `final_sigmas_type` zero; for `sigma_min` the table's smallest, of some classes' own sigma lists their last.
double final_sigma(const SigmaSchedule& schedule, const SigmaTable& table, const SigmaGrid& grid) {
  if (grid.last) return *grid.last;
  if (schedule.config.final_sigmas_type.value() == "zero") return 0.0;
  const LastSigma rule = traits_of(schedule.sampler).last_sigma;
  const bool of_list = rule == LastSigma::ChosenOfList || rule == LastSigma::Least;
  return of_list && is_table_spacing(schedule.spacing) ? grid.sigmas.back() : table.min();
}

/// Level of an entry of diffusers' float32 lists.
NoiseLevel float_level(double sigma, double timestep) {
  return level_at(Sigma{static_cast<float>(sigma)}, Timestep{static_cast<float>(timestep)});
}

/// Where a step of two evaluations asks again: Heun's kin at its end, the others half-way down in log sigma.
NoiseLevel second_level(const SigmaSchedule& schedule, const SigmaTable& table, const NoiseLevel& from,
                        const NoiseLevel& to) {
  if (schedule.sampler == SamplerKind::Heun) return to;
  const double start = from.sigma().value;
  const bool ancestral = schedule.sampler == SamplerKind::Dpm2Ancestral;
  const double end = ancestral ? ancestral_step(start, to.sigma().value).down : to.sigma().value;
  const double sigma = std::exp((std::log(start) + std::log(end)) / 2.0);
  return float_level(sigma, table.timestep_at(sigma));
}

void lay_out_sigmas(SigmaSchedule& schedule, int steps) {
  const SigmaTable table(NoiseSchedule(schedule.config).with_finite_sigmas());
  const SigmaGrid grid = sigma_grid(schedule, table, steps);
  std::vector<NoiseLevel> levels;
  for (std::size_t i = 0; i < grid.sigmas.size(); ++i) {
    const bool continuous = schedule.config.continuous_timesteps;
    levels.push_back(float_level(grid.sigmas[i], continuous ? std::log(grid.sigmas[i]) / 4.0 : grid.timesteps[i]));
  }
  const bool asks_twice = traits_of(schedule.sampler).calls == StepCalls::TwoButLast;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    std::vector<NoiseLevel> asked{levels[i]};
    if (asks_twice && i + 1 < levels.size()) asked.push_back(second_level(schedule, table, levels[i], levels[i + 1]));
    add_step(schedule, levels[i], asked);
  }
  schedule.levels.push_back(float_level(final_sigma(schedule, table, grid), 0.0));
}

/// Euler's family starts from sigma_max times noise, or sqrt(sigma_max^2 + 1) times noise where the grid is leading
/// (core/schedule/README.md); the others from unit noise.
double initial_scale(const SigmaSchedule& schedule) {
  if (traits_of(schedule.sampler).state == LatentState::VariancePreserving) return 1.0;
  double max = 0.0;
  for (const NoiseLevel& level : schedule.levels) max = std::max(max, level.sigma().value);
  const Spacing base = is_table_spacing(schedule.spacing) ? schedule.config.spacing.value() : schedule.spacing;
  return static_cast<float>(base == Spacing::Leading ? std::sqrt(max * max + 1.0) : max);
}

template <class Option, class Value>
void fill(Option& option, Value value) {
  if (!option) option = value;
}

/// Settings that only some classes know are switched off in the others.
void set_own_settings(SamplerKind kind, SchedulerConfig& config) {
  const bool euler = kind == SamplerKind::Euler;
  config.continuous_timesteps = config.continuous_timesteps && euler && config.prediction == Prediction::V;
  config.log_linear_sigmas = config.log_linear_sigmas && euler;
  if (!is_multistep_solver(kind)) config.use_lu_lambdas = config.euler_at_final = false;
  if (!is_multistep_solver(kind) && kind != SamplerKind::Dpmpp2S) config.lambda_min_clipped.reset();
  fill(config.use_lu_lambdas, false);
  fill(config.euler_at_final, false);
}

/// Solver types and algorithms of one class are read as another's own, as diffusers does where it makes one scheduler
/// from the config of another. The sampler's name says whether DPM-Solver adds noise, the file whether it integrates
/// the estimate or the noise.
void set_solver(SamplerKind kind, SchedulerConfig& config) {
  const auto& solvers = traits_of(kind).solvers;
  const std::string asked = config.solver_type.value_or(std::string());
  if (asked.empty() || std::find(solvers.begin(), solvers.end(), asked) == solvers.end()) {
    config.solver_type = std::string(solvers.front());
  }
  const std::string algorithm = config.algorithm_type.value_or("dpmsolver++");
  const bool stochastic = algorithm.starts_with("sde-");
  const bool on_noise = algorithm == "dpmsolver" || algorithm == "sde-dpmsolver";
  if (kind == SamplerKind::Dpmpp2M) {
    config.algorithm_type = on_noise ? "dpmsolver" : "dpmsolver++";
  } else if (kind == SamplerKind::Dpmpp2MSde) {
    config.algorithm_type = on_noise && stochastic ? "sde-dpmsolver" : "sde-dpmsolver++";
  } else if (kind == SamplerKind::Dpmpp2S) {
    config.algorithm_type = on_noise || stochastic ? algorithm : "dpmsolver++";
  } else {
    config.algorithm_type.reset();
  }
}

}  // namespace

SamplerKind default_sampler(const SchedulerConfig& config) {
  const auto sampler = class_sampler(config);
  if (!sampler) {
    throw BadInput(concat("_class_name is ", config.class_name, ", which no sampler here equals."), config.file,
                   concat("Choose one by --sampler; the nearest is ", name_of(nearest_sampler(config)), "."));
  }
  require_no_obstacle(*sampler, with_class_defaults(*sampler, config));
  return *sampler;
}

SamplerKind nearest_sampler(const SchedulerConfig& config) {
  const auto own = class_sampler(config);
  const auto lacking = std::find_if(kLackingClasses.begin(), kLackingClasses.end(),
                                    [&](const LackingClass& each) { return each.name == config.class_name; });
  const SamplerKind other = lacking == kLackingClasses.end() ? SamplerKind::Ddim : lacking->nearest;
  const SamplerKind nearest = own.value_or(other);
  // Euler asks for nothing that we lack.
  return obstacle(nearest, with_class_defaults(nearest, config)) ? SamplerKind::Euler : nearest;
}

bool has_default_sampler(const SchedulerConfig& config) {
  const auto own = class_sampler(config);
  return own && !obstacle(*own, with_class_defaults(*own, config));
}

double default_eta(SamplerKind asked, const SchedulerConfig& config) {
  const double own = traits_of(asked == SamplerKind::Default ? nearest_sampler(config) : asked).eta.value_or(0.0);
  return asked == SamplerKind::Default && config.default_eta > 0.0 ? config.default_eta : own;
}

Spacing default_spacing(SamplerKind sampler, const SchedulerConfig& config) {
  const SamplerKind kind = resolved(sampler, config);
  const SamplerTraits& traits = traits_of(kind);
  if (traits.grid == GridRule::Distilled) return traits.spacing;  // its own grid: the file's word has no effect
  if (traits.takes_tables && config.use_karras_sigmas.value_or(false)) return Spacing::Karras;
  const bool lu = is_multistep_solver(kind) && config.use_lu_lambdas.value_or(false);
  if (traits.takes_tables && (lu || config.use_exponential_sigmas.value_or(false))) return Spacing::Exponential;
  if (traits.takes_tables && config.use_beta_sigmas.value_or(false)) return Spacing::Beta;
  return base_spacing(kind, config);
}

int evaluation_count(SamplerKind sampler, int steps, const SchedulerConfig& config) {
  const StepCalls calls = traits_of(sampler == SamplerKind::Default ? nearest_sampler(config) : sampler).calls;
  if (calls == StepCalls::TwoButLast) return 2 * steps - 1;
  if (calls == StepCalls::One) return steps;
  if (!config.skip_prk_steps.value_or(false)) return steps + 9;
  return steps == 1 ? 1 : steps + 1;  // with one step there is no second level to look at twice
}

SchedulerConfig with_class_defaults(SamplerKind sampler, SchedulerConfig config) {
  const SamplerKind kind = resolved(sampler, config);
  const SamplerTraits& traits = traits_of(kind);
  if (!traits.rescales_zero_snr) config.rescale_zero_snr = false;
  if (traits.clipping == Clipping::Never) config.clip_sample = false;
  if (traits.last_sigma == LastSigma::Zero) config.final_sigmas_type = "zero";
  if (traits.last_sigma == LastSigma::Least) config.final_sigmas_type = "sigma_min";
  if (!traits.has_spacings) config.spacing = traits.spacing;
  set_own_settings(kind, config);
  set_solver(kind, config);
  fill(config.spacing, base_spacing(kind, config));
  fill(config.steps_offset, 0);
  fill(config.set_alpha_to_one, kind != SamplerKind::Pndm);
  fill(config.skip_prk_steps, false);
  fill(config.clip_sample, traits.clipping == Clipping::On);
  fill(config.clip_sample_range, 1.0);
  fill(config.variance, Variance::FixedSmall);
  fill(config.use_karras_sigmas, false);
  fill(config.use_exponential_sigmas, false);
  fill(config.use_beta_sigmas, false);
  fill(config.solver_order, 2);
  fill(config.lower_order_final, traits.lowers_final_order);
  fill(config.predict_x0, true);
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
  require_no_obstacle(schedule.sampler, schedule.config);
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

namespace {

/// diffusers leaves out so many *evaluations* there, and makes the first twelve that are left its three steps of four,
/// whatever levels they are asked at; the levels that these steps start from stay those of the whole run's first three,
/// so `skipped` holds these at least.
SigmaSchedule entered_runge_kutta(const SigmaSchedule& whole, std::size_t skipped) {
  constexpr std::size_t kSteps = 3, kOfAStep = 4;
  SigmaSchedule late = whole;
  late.skipped.assign(whole.levels.begin(),
                      whole.levels.begin() + static_cast<std::ptrdiff_t>(std::max(skipped, kSteps)));
  late.skipped_evaluations = static_cast<int>(skipped);
  late.levels.clear();
  late.evaluations.clear();
  for (std::size_t i = skipped; i < whole.evaluations.size(); ++i) {
    const std::size_t count = i - skipped;
    const std::size_t step = count < kSteps * kOfAStep ? count / kOfAStep : count - kSteps * (kOfAStep - 1);
    const NoiseLevel& level = whole.evaluations[i].level;
    if (step == late.levels.size()) late.levels.push_back(level);
    late.evaluations.push_back({StepIndex{static_cast<int>(step)}, level});
  }
  late.levels.push_back(whole.levels.back());
  return late;
}

}  // namespace

SigmaSchedule entered_late(SigmaSchedule schedule, double strength) {
  const int asked = schedule.asked_steps;
  const int left = std::min(static_cast<int>(asked * strength), asked);
  if (left < 1) {
    throw UsageError(
        concat("strength ", number_text(strength), " leaves none of ", asked, " steps."), "--strength",
        concat("With so many steps it is at least ", number_text(std::ceil(1000.0 / asked) / 1000.0), "."));
  }
  const auto skipped = static_cast<std::size_t>(asked - left);
  if (skipped == 0) return schedule;
  const bool runge_kutta = schedule.sampler == SamplerKind::Pndm && !schedule.config.skip_prk_steps.value();
  if (runge_kutta) return entered_runge_kutta(schedule, skipped);
  const auto end = schedule.levels.begin() + static_cast<std::ptrdiff_t>(skipped);
  schedule.skipped.assign(schedule.levels.begin(), end);
  schedule.levels.erase(schedule.levels.begin(), end);
  const auto first = std::find_if(schedule.evaluations.begin(), schedule.evaluations.end(),
                                  [&](const Evaluation& each) { return each.step.value >= static_cast<int>(skipped); });
  schedule.skipped_evaluations = static_cast<int>(first - schedule.evaluations.begin());
  schedule.evaluations.erase(schedule.evaluations.begin(), first);
  for (Evaluation& evaluation : schedule.evaluations) evaluation.step.value -= static_cast<int>(skipped);
  return schedule;
}

}  // namespace tstitch
