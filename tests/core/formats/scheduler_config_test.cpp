#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/model_config.h"
#include "tests/support/refusal.h"

namespace tstitch {
namespace {

constexpr const char* kFile = "large/scheduler/scheduler_config.json";

SchedulerConfig parse(const std::string& json) {
  return parse_scheduler_config(json, kFile);
}

std::string refusal(const std::string& json) {
  return test::refusal_in(kFile, [&] { return parse(json); });
}

TEST(SchedulerConfigFile, readsStableDiffusion15) {
  const SchedulerConfig scheduler = parse(
      R"({"_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012,
          "beta_schedule": "scaled_linear", "beta_start": 0.00085, "num_train_timesteps": 1000, "set_alpha_to_one": false,
          "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null, "clip_sample": false})");
  EXPECT_EQ(scheduler.class_name, "PNDMScheduler");
  EXPECT_EQ(scheduler.beta_schedule, BetaSchedule::ScaledLinear);
  EXPECT_EQ(scheduler.beta_start, 0.00085);
  EXPECT_EQ(scheduler.prediction, Prediction::Epsilon);
  EXPECT_EQ(scheduler.skip_prk_steps, true);
  EXPECT_EQ(scheduler.set_alpha_to_one, false);
  EXPECT_EQ(scheduler.steps_offset, 1);
  EXPECT_FALSE(scheduler.spacing.has_value());
  EXPECT_TRUE(scheduler.trained_betas.empty());
}

TEST(SchedulerConfigFile, silenceStaysSilence) {
  const SchedulerConfig scheduler = parse(R"({"_class_name": "DDIMScheduler"})");
  EXPECT_EQ(scheduler.train_timesteps, 1000);
  EXPECT_EQ(scheduler.beta_end, 0.02);
  EXPECT_EQ(scheduler.beta_schedule, BetaSchedule::Linear);
  EXPECT_FALSE(scheduler.spacing || scheduler.steps_offset || scheduler.clip_sample || scheduler.variance ||
               scheduler.use_karras_sigmas || scheduler.algorithm_type || scheduler.timestep_scaling);
}

TEST(SchedulerConfigFile, defaultsOfBetasAreThoseOfTheClass) {
  EXPECT_EQ(parse(R"({"_class_name": "HeunDiscreteScheduler"})").beta_start, 0.00085);
  EXPECT_EQ(parse(R"({"_class_name": "HeunDiscreteScheduler"})").beta_schedule, BetaSchedule::Linear);
  EXPECT_EQ(parse(R"({"_class_name": "LCMScheduler"})").beta_schedule, BetaSchedule::ScaledLinear);
  EXPECT_EQ(parse(R"({"_class_name": "LCMScheduler"})").beta_end, 0.012);
}

TEST(SchedulerConfigFile, knowsTheClasses) {
  for (const char* name : {"DDIM", "DDPM", "PNDM", "EulerDiscrete", "EulerAncestralDiscrete", "HeunDiscrete",
                           "LMSDiscrete", "DPMSolverMultistep", "UniPCMultistep", "LCM"}) {
    EXPECT_EQ(refusal(concat(R"({"_class_name": ")", name, R"(Scheduler"})")), "accepted") << name;
  }
}

TEST(SchedulerConfigFile, readsASavedMultistepSolverWithItsBareInfinity) {
  const SchedulerConfig scheduler = parse(
      R"({"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde-dpmsolver++", "solver_order": 2,
          "solver_type": "midpoint", "lower_order_final": true, "lambda_min_clipped": -Infinity, "use_karras_sigmas": true,
          "final_sigmas_type": "sigma_min", "variance_type": null, "thresholding": false, "flow_shift": 1.0,
          "note": "\"-Infinity"})");
  EXPECT_EQ(scheduler.algorithm_type, "sde-dpmsolver++");
  EXPECT_EQ(scheduler.final_sigmas_type, "sigma_min");
  EXPECT_EQ(scheduler.use_karras_sigmas, true);
  EXPECT_EQ(scheduler.solver_order, 2);
}

TEST(SchedulerConfigFile, readsGivenBetas) {
  const SchedulerConfig scheduler =
      parse(R"({"_class_name": "DDPMScheduler", "num_train_timesteps": 3, "trained_betas": [0.1, 0.2, 0.3],
                "variance_type": "learned_range"})");
  EXPECT_EQ(scheduler.trained_betas, (std::vector<double>{0.1, 0.2, 0.3}));
  EXPECT_EQ(scheduler.variance, Variance::LearnedRange);
}

struct Refusal {
  const char* rest;  ///< after the class name
  const char* names;
  const char* class_name = "DDIM";
};

class SchedulerConfigRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(SchedulerConfigRefusal, namesTheKey) {
  const std::string json =
      concat(R"({"_class_name": ")", GetParam().class_name, R"(Scheduler", )", GetParam().rest, "}");
  EXPECT_THAT(refusal(json), testing::HasSubstr(GetParam().names));
}

INSTANTIATE_TEST_SUITE_P(
    Values, SchedulerConfigRefusal,
    testing::Values(
        Refusal{R"("beta_start": 0)", "beta_start"}, Refusal{R"("beta_start": 1)", "beta_start"},
        Refusal{R"("beta_end": 1.5)", "beta_end"}, Refusal{R"("beta_end": -0.01)", "beta_end"},
        Refusal{R"("beta_end": "0.012")", "beta_end"}, Refusal{R"("num_train_timesteps": 0)", "num_train_timesteps"},
        Refusal{R"("num_train_timesteps": 10001)", "num_train_timesteps"},
        Refusal{R"("num_train_timesteps": 1000.0)", "num_train_timesteps"},
        Refusal{R"("beta_schedule": "sigmoid")", "beta_schedule"}, Refusal{R"("beta_schedule": 1)", "beta_schedule"},
        Refusal{R"("prediction_type": "score")", "prediction_type"},
        Refusal{R"("timestep_spacing": "loose")", "timestep_spacing"}, Refusal{R"("steps_offset": -1)", "steps_offset"},
        Refusal{R"("steps_offset": 1001)", "steps_offset"}, Refusal{R"("clip_sample": "no")", "clip_sample"},
        Refusal{R"("clip_sample_range": 0)", "clip_sample_range"},
        Refusal{R"("variance_type": "big")", "variance_type"},
        Refusal{R"("final_sigmas_type": "one")", "final_sigmas_type"},
        Refusal{R"("original_inference_steps": 0)", "original_inference_steps", "LCM"},
        Refusal{R"("timestep_scaling": 0)", "timestep_scaling", "LCM"}, Refusal{R"("a": Infinity)", "not JSON"}));

INSTANTIATE_TEST_SUITE_P(
    Contradictions, SchedulerConfigRefusal,
    testing::Values(Refusal{R"("trained_betas": [0.1, 0.2])", "trained_betas"},
                    Refusal{R"("num_train_timesteps": 2, "trained_betas": [0.1, 1.0])", "trained_betas"},
                    Refusal{R"("num_train_timesteps": 1, "trained_betas": ["a"])", "trained_betas"},
                    Refusal{R"("num_train_timesteps": 1, "trained_betas": 0.5)", "trained_betas"},
                    Refusal{R"("use_karras_sigmas": true, "use_exponential_sigmas": true)", "use_karras_sigmas"},
                    Refusal{R"("use_flow_sigmas": true)", "use_flow_sigmas", "UniPCMultistep"}));

INSTANTIATE_TEST_SUITE_P(
    Unsupported, SchedulerConfigRefusal,
    testing::Values(Refusal{R"("x": 1)", "DPMSolverSinglestepScheduler", "DPMSolverSinglestep"},
                    Refusal{R"("x": 1)", "DEISMultistepScheduler", "DEISMultistep"},
                    Refusal{R"("thresholding": true)", "thresholding"},
                    Refusal{R"("algorithm_type": "dpmsolver")", "algorithm_type", "DPMSolverMultistep"},
                    Refusal{R"("solver_type": "heun")", "solver_type", "DPMSolverMultistep"},
                    Refusal{R"("solver_order": 3)", "solver_order", "DPMSolverMultistep"},
                    Refusal{R"("euler_at_final": true)", "euler_at_final", "DPMSolverMultistep"},
                    Refusal{R"("use_lu_lambdas": true)", "use_lu_lambdas", "DPMSolverMultistep"},
                    Refusal{R"("lambda_min_clipped": -5.1)", "lambda_min_clipped", "DPMSolverMultistep"},
                    Refusal{R"("solver_type": "bh1")", "solver_type", "UniPCMultistep"},
                    Refusal{R"("predict_x0": false)", "predict_x0", "UniPCMultistep"},
                    Refusal{R"("disable_corrector": [0])", "disable_corrector", "UniPCMultistep"},
                    Refusal{R"("use_beta_sigmas": true)", "use_beta_sigmas", "EulerDiscrete"},
                    Refusal{R"("interpolation_type": "log_linear")", "interpolation_type", "EulerDiscrete"},
                    Refusal{R"("timestep_type": "continuous")", "timestep_type", "EulerDiscrete"},
                    Refusal{R"("sigma_max": 80.0)", "sigma_max", "EulerDiscrete"}));

TEST(SchedulerConfigFile, aMissingClassIsNamed) {
  EXPECT_THAT(refusal("{}"), testing::HasSubstr("_class_name"));
}

}  // namespace
}  // namespace tstitch
