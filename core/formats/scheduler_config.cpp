#include "core/schedule/scheduler_config.h"

#include <array>
#include <cmath>

#include "core/base/text.h"
#include "core/formats/config_reader.h"
#include "core/formats/model_config.h"
#include "core/request/sampler_traits.h"

namespace tstitch {
namespace {

constexpr std::array kBetaSchedules{ConfigName<BetaSchedule>{"linear", BetaSchedule::Linear},
                                    ConfigName<BetaSchedule>{"scaled_linear", BetaSchedule::ScaledLinear},
                                    ConfigName<BetaSchedule>{"squaredcos_cap_v2", BetaSchedule::SquaredCosine}};
constexpr std::array kPredictions{
    ConfigName<Prediction>{"epsilon", Prediction::Epsilon}, ConfigName<Prediction>{"v_prediction", Prediction::V},
    ConfigName<Prediction>{"sample", Prediction::Sample}, ConfigName<Prediction>{"flow_prediction", Prediction::Flow}};
constexpr std::array kSpacings{ConfigName<Spacing>{"leading", Spacing::Leading},
                               ConfigName<Spacing>{"trailing", Spacing::Trailing},
                               ConfigName<Spacing>{"linspace", Spacing::Linspace}};
constexpr std::array kVariances{ConfigName<Variance>{"fixed_small", Variance::FixedSmall},
                                ConfigName<Variance>{"fixed_small_log", Variance::FixedSmallLog},
                                ConfigName<Variance>{"fixed_large", Variance::FixedLarge},
                                ConfigName<Variance>{"fixed_large_log", Variance::FixedLargeLog},
                                ConfigName<Variance>{"learned", Variance::Learned},
                                ConfigName<Variance>{"learned_range", Variance::LearnedRange}};

const SamplerTraits& class_of(const ConfigReader& config) {
  const std::optional<std::string> name = config.text("_class_name");
  if (!name) config.refuse("_class_name", "is missing; the scheduler's class was expected.");
  const SamplerTraits* const row = traits_with(&SamplerTraits::scheduler_class, *name);
  if (row == nullptr) config.refuse("_class_name", concat("is ", *name, ", which is not supported."));
  return *row;
}

/// Options that change the result and that our samplers do not have.
void refuse_unused_options(const ConfigReader& config, std::string_view class_name) {
  for (const std::string_view key :
       {"thresholding", "euler_at_final", "use_beta_sigmas", "use_lu_lambdas", "use_dynamic_shifting"}) {
    config.require(key, {false});
  }
  config.require("interpolation_type", {"linear"});
  config.require("timestep_type", {"discrete"});
  config.require("predict_x0", {true});
  config.require("disable_corrector", {nlohmann::json::array()});
  for (const std::string_view key : {"solver_p", "sigma_min", "sigma_max", "shift_terminal", "lambda_min_clipped"}) {
    config.require(key, {});
  }
  if (class_name == "DPMSolverMultistepScheduler") config.require("solver_type", {"midpoint"});
  if (class_name == "UniPCMultistepScheduler") config.require("solver_type", {"bh2"});
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

std::optional<std::string> one_of(const ConfigReader& config, std::string_view key,
                                  const std::vector<nlohmann::json>& known) {
  config.require(key, known);
  return config.text(key);
}

void read_grid(const ConfigReader& config, SchedulerConfig& scheduler) {
  scheduler.spacing = config.choice<Spacing>("timestep_spacing", kSpacings);
  scheduler.steps_offset = config.integer("steps_offset", 0, scheduler.train_timesteps);
  scheduler.use_karras_sigmas = config.boolean("use_karras_sigmas");
  scheduler.use_exponential_sigmas = config.boolean("use_exponential_sigmas");
  if (scheduler.use_karras_sigmas.value_or(false) && scheduler.use_exponential_sigmas.value_or(false)) {
    config.refuse("use_exponential_sigmas", "contradicts use_karras_sigmas: both are true.");
  }
  scheduler.final_sigmas_type = one_of(config, "final_sigmas_type", {"zero", "sigma_min"});
  scheduler.original_inference_steps = config.integer("original_inference_steps", 1, scheduler.train_timesteps);
  scheduler.timestep_scaling = config.number("timestep_scaling", 1e-6, 1e6);
}

void read_update(const ConfigReader& config, SchedulerConfig& scheduler) {
  scheduler.set_alpha_to_one = config.boolean("set_alpha_to_one");
  scheduler.skip_prk_steps = config.boolean("skip_prk_steps");
  scheduler.clip_sample = config.boolean("clip_sample");
  scheduler.clip_sample_range = config.number("clip_sample_range", 1e-6, 1e6);
  scheduler.variance = config.choice<Variance>("variance_type", kVariances);
  scheduler.algorithm_type = one_of(config, "algorithm_type", {"dpmsolver++", "sde-dpmsolver++"});
  scheduler.solver_order = config.integer("solver_order", 1, 2);
  scheduler.lower_order_final = config.boolean("lower_order_final");
}

void read_prediction(const ConfigReader& config, SchedulerConfig& scheduler) {
  scheduler.prediction = config.choice<Prediction>("prediction_type", kPredictions).value_or(Prediction::Epsilon);
  scheduler.rescale_zero_snr = config.boolean("rescale_betas_zero_snr", false);
  scheduler.flow_shift = config.number("flow_shift", 1e-6, 1e6);
  const bool flow_sigmas = config.boolean("use_flow_sigmas", false);
  if (flow_sigmas != (scheduler.prediction == Prediction::Flow)) {
    config.refuse("use_flow_sigmas",
                  concat("contradicts prediction_type: flow sigmas and flow predictions go together."));
  }
}

/// Python writes an infinite number as the bare word, which is no JSON: the default of `lambda_min_clipped` in every
/// file that was saved from DPMSolverMultistepScheduler. Silence means the same.
std::string without_infinity(std::string_view text) {
  constexpr std::string_view kWord = "-Infinity";
  std::string result;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!in_string && text.substr(i, kWord.size()) == kWord) {
      result += "null";
      i += kWord.size() - 1;
      continue;
    }
    result += text[i];
    if (text[i] == '"') in_string = !in_string;
    if (in_string && text[i] == '\\' && i + 1 < text.size()) result += text[++i];
  }
  return result;
}

}  // namespace

SchedulerConfig parse_scheduler_config(std::string_view text, const std::string& file) {
  const ConfigReader config(without_infinity(text), file);
  const SamplerTraits& sampler = class_of(config);
  refuse_unused_options(config, sampler.scheduler_class);
  SchedulerConfig scheduler;
  scheduler.class_name = sampler.scheduler_class;
  read_betas(config, sampler.betas, scheduler);
  read_prediction(config, scheduler);
  read_grid(config, scheduler);
  read_update(config, scheduler);
  return scheduler;
}

}  // namespace tstitch
