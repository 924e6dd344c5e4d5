#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/request/names.h"
#include "core/schedule/scheduler_config.h"
#include "tests/support/lists/compressed_text.h"

namespace tstitch::test {

/// The goldens of samplers, one file each (tests/golden/make_samplers.py).
inline const std::vector<std::string> kGoldenSamplers{"ddim",   "ddpm",     "euler",        "euler_a", "heun", "lms",
                                                      "pndm",   "dpmpp_2m", "dpmpp_2m_sde", "unipc",   "lcm",  "dpm2",
                                                      "dpm2_a", "dpmpp_2s", "dpmpp_sde",    "deis",    "tcd"};

inline nlohmann::json sampler_golden(const std::string& name) {
  return nlohmann::json::parse(compressed_text(concat(TSTITCH_GOLDEN_DIR, "/samplers_", name, ".json.gz")));
}

/// A config as the goldens write it: the keys of diffusers, those that the recipe uses.
inline SchedulerConfig golden_config(const nlohmann::json& json) {
  SchedulerConfig config;
  const auto read = [&](const char* key, auto& field) {
    if (json.contains(key)) field = json.at(key).get<std::remove_reference_t<decltype(field)>>();
  };
  const auto read_optional = [&](const char* key, auto& field) {
    using Value = typename std::remove_reference_t<decltype(field)>::value_type;
    if (json.contains(key)) field = json.at(key).get<Value>();
  };
  read("num_train_timesteps", config.train_timesteps);
  read("beta_start", config.beta_start);
  read("beta_end", config.beta_end);
  read("trained_betas", config.trained_betas);
  read("rescale_betas_zero_snr", config.rescale_zero_snr);
  read_optional("steps_offset", config.steps_offset);
  read_optional("set_alpha_to_one", config.set_alpha_to_one);
  read_optional("skip_prk_steps", config.skip_prk_steps);
  read_optional("clip_sample", config.clip_sample);
  read_optional("clip_sample_range", config.clip_sample_range);
  read_optional("solver_order", config.solver_order);
  read_optional("lower_order_final", config.lower_order_final);
  read_optional("final_sigmas_type", config.final_sigmas_type);
  read_optional("solver_type", config.solver_type);
  read_optional("algorithm_type", config.algorithm_type);
  read_optional("euler_at_final", config.euler_at_final);
  read_optional("use_lu_lambdas", config.use_lu_lambdas);
  read_optional("use_karras_sigmas", config.use_karras_sigmas);
  read_optional("predict_x0", config.predict_x0);
  read_optional("sigma_min", config.sigma_min);
  read_optional("sigma_max", config.sigma_max);
  read_optional("lambda_min_clipped", config.lambda_min_clipped);
  read("disable_corrector", config.disable_corrector);
  read_optional("original_inference_steps", config.original_inference_steps);
  read_optional("timestep_scaling", config.timestep_scaling);
  if (const std::string spacing = json.value("timestep_spacing", ""); !spacing.empty()) {
    config.spacing = choice_named<Spacing>(spacing);
  }
  config.continuous_timesteps = json.value("timestep_type", "discrete") == "continuous";
  config.log_linear_sigmas = json.value("interpolation_type", "linear") == "log_linear";
  const std::string betas = json.value("beta_schedule", "linear");
  if (betas == "scaled_linear") config.beta_schedule = BetaSchedule::ScaledLinear;
  if (betas == "squaredcos_cap_v2") config.beta_schedule = BetaSchedule::SquaredCosine;
  const std::string prediction = json.value("prediction_type", "epsilon");
  if (prediction == "v_prediction") config.prediction = Prediction::V;
  if (prediction == "sample") config.prediction = Prediction::Sample;
  const std::string variance = json.value("variance_type", "");
  if (variance == "fixed_small") config.variance = Variance::FixedSmall;
  if (variance == "fixed_small_log") config.variance = Variance::FixedSmallLog;
  if (variance == "fixed_large") config.variance = Variance::FixedLarge;
  return config;
}

/// What a failure prints to find the case again.
inline std::string label_of(const nlohmann::json& entry) {
  return concat(entry.at("sampler").get<std::string>(), " ", entry.at("spacing").get<std::string>(), " ",
                entry.at("steps").get<int>(), " steps ", entry.at("config").dump());
}

}  // namespace tstitch::test
