#include "core/schedule/scheduler_config.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/configs/config_reader.h"
#include "core/configs/model_config.h"
#include "core/request/sampler_traits.h"
#include "core/schedule/scheduler_classes.h"

namespace tstitch {
namespace {

constexpr std::array kBetaSchedules{ConfigName<BetaSchedule>{"linear", BetaSchedule::Linear},
                                    ConfigName<BetaSchedule>{"scaled_linear", BetaSchedule::ScaledLinear},
                                    ConfigName<BetaSchedule>{"squaredcos_cap_v2", BetaSchedule::SquaredCosine}};
constexpr std::array kPredictions{ConfigName<Prediction>{"epsilon", Prediction::Epsilon},
                                  ConfigName<Prediction>{"v_prediction", Prediction::V},
                                  ConfigName<Prediction>{"sample", Prediction::Sample}};
constexpr std::array kSpacings{ConfigName<Spacing>{"leading", Spacing::Leading},
                               ConfigName<Spacing>{"trailing", Spacing::Trailing},
                               ConfigName<Spacing>{"linspace", Spacing::Linspace}};
constexpr std::array kVariances{ConfigName<Variance>{"fixed_small", Variance::FixedSmall},
                                ConfigName<Variance>{"fixed_small_log", Variance::FixedSmallLog},
                                ConfigName<Variance>{"fixed_large", Variance::FixedLarge},
                                ConfigName<Variance>{"fixed_large_log", Variance::FixedLargeLog},
                                ConfigName<Variance>{"learned", Variance::Learned},
                                ConfigName<Variance>{"learned_range", Variance::LearnedRange}};

/// The betas that a class assumes where the file is silent. Whatever else the file says, a class of flows or one that
/// nobody has is refused.
ClassBetas betas_of_class(const ConfigReader& config, const std::string& name) {
  if (const SamplerTraits* row = traits_with(&SamplerTraits::scheduler_class, name)) return row->betas;
  if (std::find(kFlowClasses.begin(), kFlowClasses.end(), name) != kFlowClasses.end()) {
    config.refuse("_class_name",
                  concat("is ", name, ", a scheduler of flow-matching models, which are not supported."));
  }
  const bool lacking = std::any_of(kLackingClasses.begin(), kLackingClasses.end(),
                                   [&](const LackingClass& each) { return each.name == name; });
  if (!lacking) config.refuse("_class_name", concat("is ", in_quotes(name), ", which is no scheduler that is known."));
  return {};
}

std::string class_name(const ConfigReader& config) {
  const std::optional<std::string> name = config.text("_class_name");
  if (!name) config.refuse("_class_name", "is missing; the scheduler's class was expected.");
  return *name;
}

/// Settings of models that follow a flow from noise to picture. A shift of 1 is none.
void refuse_flow(const ConfigReader& config) {
  const auto refuse = [&](std::string_view key, std::string_view what) {
    config.refuse(key, concat(what, ", a setting of flow-matching models, which are not supported."));
  };
  if (config.text("prediction_type") == "flow_prediction") refuse("prediction_type", "is flow_prediction");
  for (const std::string_view key : {"use_flow_sigmas", "use_dynamic_shifting"}) {
    if (config.boolean(key, false)) refuse(key, "is true");
  }
  if (config.number("flow_shift", 1.0, -1e6, 1e6) != 1.0) refuse("flow_shift", "is not 1");
  if (config.has("shift_terminal")) refuse("shift_terminal", "is given");
}

void read_betas(const ConfigReader& config, const ClassBetas& defaults, SchedulerConfig& scheduler) {
  constexpr double kLeast = 1e-12;
  constexpr double kMost = 1.0 - 1e-12;
  scheduler.train_timesteps = config.integer("num_train_timesteps", 1000, 1, 10'000);
  scheduler.beta_start = config.number("beta_start", defaults.start, kLeast, kMost);
  scheduler.beta_end = config.number("beta_end", defaults.end, kLeast, kMost);
  scheduler.beta_schedule = config.choice<BetaSchedule>("beta_schedule", kBetaSchedules)
                                .value_or(defaults.scaled ? BetaSchedule::ScaledLinear : BetaSchedule::Linear);
  if (!config.has("trained_betas")) return;
  const nlohmann::json& list = config.value("trained_betas");
  if (!list.is_array() || list.size() != static_cast<std::size_t>(scheduler.train_timesteps)) {
    config.refuse("trained_betas",
                  concat("is no list of num_train_timesteps ", scheduler.train_timesteps, " numbers."));
  }
  for (const nlohmann::json& beta : list) {
    const double value = beta.is_number() ? beta.get<double>() : 0.0;
    if (!(value > 0.0 && value < 1.0))
      config.refuse("trained_betas", "holds a value that is no number between 0 and 1.");
    scheduler.trained_betas.push_back(value);
  }
}

/// The value as written, one of those that diffusers' classes know.
std::optional<std::string> one_of(const ConfigReader& config, std::string_view key,
                                  std::initializer_list<std::string_view> known) {
  std::vector<ConfigName<std::string>> names;
  for (const std::string_view each : known) names.push_back({each, std::string(each)});
  return config.choice<std::string>(key, names);
}

void read_grid(const ConfigReader& config, SchedulerConfig& scheduler) {
  constexpr double kMostSigma = 1e6;
  constexpr double kMostLambda = 1e3;
  scheduler.spacing = config.choice<Spacing>("timestep_spacing", kSpacings);
  scheduler.steps_offset = config.integer("steps_offset", 0, scheduler.train_timesteps);
  scheduler.use_karras_sigmas = config.boolean("use_karras_sigmas");
  scheduler.use_exponential_sigmas = config.boolean("use_exponential_sigmas");
  scheduler.use_beta_sigmas = config.boolean("use_beta_sigmas");
  scheduler.use_lu_lambdas = config.boolean("use_lu_lambdas");
  const bool karras = scheduler.use_karras_sigmas.value_or(false);
  const bool exponential = scheduler.use_exponential_sigmas.value_or(false);
  if (exponential && karras) config.refuse("use_exponential_sigmas", "contradicts use_karras_sigmas: both are true.");
  if (scheduler.use_beta_sigmas.value_or(false) && (karras || exponential)) {
    config.refuse("use_beta_sigmas",
                  concat("contradicts ", karras ? "use_karras_sigmas" : "use_exponential_sigmas", ": both are true."));
  }
  scheduler.sigma_min = config.number("sigma_min", 1e-6, kMostSigma);
  scheduler.sigma_max = config.number("sigma_max", 1e-6, kMostSigma);
  scheduler.lambda_min_clipped = config.number("lambda_min_clipped", -kMostLambda, kMostLambda);
  scheduler.continuous_timesteps = one_of(config, "timestep_type", {"discrete", "continuous"}) == "continuous";
  scheduler.log_linear_sigmas = one_of(config, "interpolation_type", {"linear", "log_linear"}) == "log_linear";
  scheduler.final_sigmas_type = one_of(config, "final_sigmas_type", {"zero", "sigma_min"});
  scheduler.original_inference_steps = config.integer("original_inference_steps", 1, scheduler.train_timesteps);
  scheduler.timestep_scaling = config.number("timestep_scaling", 1e-6, 1e6);
}

void read_update(const ConfigReader& config, SchedulerConfig& scheduler) {
  scheduler.set_alpha_to_one = config.boolean("set_alpha_to_one");
  scheduler.skip_prk_steps = config.boolean("skip_prk_steps");
  scheduler.clip_sample = config.boolean("clip_sample");
  scheduler.clip_sample_range = config.number("clip_sample_range", 1e-6, 1e6);
  scheduler.thresholding = config.boolean("thresholding", false);
  scheduler.variance = config.choice<Variance>("variance_type", kVariances);
}

void read_solver(const ConfigReader& config, SchedulerConfig& scheduler) {
  constexpr int kMostOrder = 10;
  constexpr std::size_t kMostSteps = 10'000;
  // The last two are SASolverScheduler's, which no sampler of ours reads.
  scheduler.algorithm_type =
      scheduler.class_name == "SASolverScheduler"
          ? one_of(config, "algorithm_type", {"data_prediction", "noise_prediction"})
          : one_of(config, "algorithm_type", {"dpmsolver", "dpmsolver++", "sde-dpmsolver", "sde-dpmsolver++", "deis"});
  scheduler.solver_type = one_of(config, "solver_type", {"midpoint", "heun", "logrho", "bh1", "bh2"});
  scheduler.solver_order = config.integer("solver_order", 1, kMostOrder);
  scheduler.lower_order_final = config.boolean("lower_order_final");
  scheduler.euler_at_final = config.boolean("euler_at_final");
  scheduler.predict_x0 = config.boolean("predict_x0");
  scheduler.has_own_predictor = config.has("solver_p");
  if (!config.has("disable_corrector")) return;
  const nlohmann::json& list = config.value("disable_corrector");
  if (!list.is_array() || list.size() > kMostSteps) {
    config.refuse("disable_corrector", "is no list of steps.");
  }
  for (const nlohmann::json& step : list) {
    scheduler.disable_corrector.push_back(config.element("disable_corrector", step, -1, kMostSteps));
  }
}

void read_prediction(const ConfigReader& config, SchedulerConfig& scheduler) {
  scheduler.prediction = config.choice<Prediction>("prediction_type", kPredictions).value_or(Prediction::Epsilon);
  scheduler.rescale_zero_snr = config.boolean("rescale_betas_zero_snr", false);
}

}  // namespace

SchedulerConfig parse_scheduler_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  SchedulerConfig scheduler;
  scheduler.class_name = class_name(config);
  scheduler.file = file;
  const ClassBetas betas = betas_of_class(config, scheduler.class_name);
  refuse_flow(config);
  read_betas(config, betas, scheduler);
  read_prediction(config, scheduler);
  read_grid(config, scheduler);
  read_update(config, scheduler);
  read_solver(config, scheduler);
  return scheduler;
}

}  // namespace tstitch
