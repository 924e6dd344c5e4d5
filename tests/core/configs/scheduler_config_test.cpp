#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/model_config.h"
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
                           "LMSDiscrete", "DPMSolverMultistep", "UniPCMultistep", "LCM", "KDPM2Discrete",
                           "KDPM2AncestralDiscrete", "DPMSolverSinglestep", "DPMSolverSDE", "DEISMultistep", "TCD",
                           // and those that a run needs --sampler for
                           "SASolver", "EDMEuler", "IPNDM", "DDIMParallel"}) {
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
        Refusal{R"("timestep_scaling": 0)", "timestep_scaling", "LCM"}));

INSTANTIATE_TEST_SUITE_P(
    Contradictions, SchedulerConfigRefusal,
    testing::Values(Refusal{R"("trained_betas": [0.1, 0.2])", "trained_betas"},
                    Refusal{R"("num_train_timesteps": 2, "trained_betas": [0.1, 1.0])", "trained_betas"},
                    Refusal{R"("num_train_timesteps": 1, "trained_betas": ["a"])", "trained_betas"},
                    Refusal{R"("num_train_timesteps": 1, "trained_betas": 0.5)", "trained_betas"},
                    Refusal{R"("use_karras_sigmas": true, "use_exponential_sigmas": true)", "use_karras_sigmas"}));

// Values that no class of diffusers knows, and settings out of range.
INSTANTIATE_TEST_SUITE_P(
    Solvers, SchedulerConfigRefusal,
    testing::Values(Refusal{R"("x": 1)", "_class_name", "MadeUp"}, Refusal{R"("x": 1)", "_class_name", "VQDiffusion"},
                    Refusal{R"("solver_type": "rk4")", "solver_type is \"rk4\"", "DPMSolverMultistep"},
                    Refusal{R"("solver_type": "rk4")", "bh1", "EulerDiscrete"},
                    Refusal{R"("algorithm_type": "dpmsolver+")", "algorithm_type", "DPMSolverMultistep"},
                    Refusal{R"("algorithm_type": "noise_prediction")", "algorithm_type", "DPMSolverMultistep"},
                    Refusal{R"("solver_order": 0)", "solver_order", "DPMSolverMultistep"},
                    Refusal{R"("solver_order": 11)", "solver_order", "UniPCMultistep"},
                    Refusal{R"("solver_order": 2.0)", "solver_order", "DEISMultistep"},
                    Refusal{R"("timestep_type": "discreet")", "timestep_type", "EulerDiscrete"},
                    Refusal{R"("interpolation_type": "cubic")", "interpolation_type", "EulerDiscrete"},
                    Refusal{R"("euler_at_final": 1)", "euler_at_final", "DPMSolverMultistep"},
                    Refusal{R"("use_lu_lambdas": "yes")", "use_lu_lambdas", "DPMSolverMultistep"},
                    Refusal{R"("lambda_min_clipped": 1e9)", "lambda_min_clipped", "DPMSolverMultistep"},
                    Refusal{R"("predict_x0": 0)", "predict_x0", "UniPCMultistep"},
                    Refusal{R"("disable_corrector": 3)", "disable_corrector", "UniPCMultistep"},
                    Refusal{R"("disable_corrector": ["a"])", "disable_corrector", "UniPCMultistep"},
                    Refusal{R"("use_beta_sigmas": true, "use_karras_sigmas": true)", "use_beta_sigmas",
                            "EulerDiscrete"},
                    Refusal{R"("sigma_max": 0)", "sigma_max", "EulerDiscrete"},
                    Refusal{R"("thresholding": 1)", "thresholding"}));

// Flow-matching models never run on betas, whatever sampler is asked.
INSTANTIATE_TEST_SUITE_P(
    Flows, SchedulerConfigRefusal,
    testing::Values(Refusal{R"("x": 1)", "flow-matching", "FlowMatchEulerDiscrete"},
                    Refusal{R"("x": 1)", "flow-matching", "FlowMatchHeunDiscrete"},
                    Refusal{R"("x": 1)", "flow-matching", "FlowMatchLCM"},
                    Refusal{R"("prediction_type": "flow_prediction")", "prediction_type", "UniPCMultistep"},
                    Refusal{R"("prediction_type": "flow_prediction", "use_flow_sigmas": true)", "flow-matching",
                            "DEISMultistep"},
                    Refusal{R"("use_flow_sigmas": true)", "use_flow_sigmas", "UniPCMultistep"},
                    Refusal{R"("flow_shift": 3.0)", "flow_shift", "UniPCMultistep"},
                    Refusal{R"("use_dynamic_shifting": true)", "use_dynamic_shifting", "EulerDiscrete"},
                    Refusal{R"("shift_terminal": 0.1)", "shift_terminal", "UniPCMultistep"}));

// Case `solvers`: what the field's folders say is read.
TEST(SchedulerConfigFile, readsTheSettingsOfSolvers) {
  const SchedulerConfig multi = parse(
      R"({"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver", "solver_order": 3,
          "solver_type": "heun", "euler_at_final": true, "use_lu_lambdas": true, "lambda_min_clipped": -5.1,
          "thresholding": true})");
  EXPECT_EQ(multi.file, kFile);
  EXPECT_EQ(multi.algorithm_type, "dpmsolver");
  EXPECT_EQ(multi.solver_order, 3);
  EXPECT_EQ(multi.solver_type, "heun");
  EXPECT_EQ(multi.euler_at_final, true);
  EXPECT_EQ(multi.use_lu_lambdas, true);
  EXPECT_EQ(multi.lambda_min_clipped, -5.1);
  EXPECT_TRUE(multi.thresholding);
  const SchedulerConfig unipc = parse(
      R"({"_class_name": "UniPCMultistepScheduler", "solver_type": "bh1", "predict_x0": false, "disable_corrector": [0, 2],
          "solver_p": {"_class_name": "DPMSolverSinglestepScheduler"}, "flow_shift": 1.0, "use_flow_sigmas": false})");
  EXPECT_EQ(unipc.solver_type, "bh1");
  EXPECT_EQ(unipc.predict_x0, false);
  EXPECT_EQ(unipc.disable_corrector, (std::vector<int>{0, 2}));
  EXPECT_TRUE(unipc.has_own_predictor);
  const SchedulerConfig euler = parse(
      R"({"_class_name": "EulerDiscreteScheduler", "timestep_type": "continuous", "interpolation_type": "log_linear",
          "sigma_min": 0.002, "sigma_max": 80, "use_beta_sigmas": true})");
  EXPECT_TRUE(euler.continuous_timesteps && euler.log_linear_sigmas);
  EXPECT_EQ(euler.sigma_max, 80.0);
  EXPECT_EQ(euler.use_beta_sigmas, true);
}

TEST(SchedulerConfigFile, aMissingClassIsNamed) {
  EXPECT_THAT(refusal("{}"), testing::HasSubstr("_class_name"));
}

}  // namespace
}  // namespace tstitch
