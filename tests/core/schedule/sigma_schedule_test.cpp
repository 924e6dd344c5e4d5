#include "core/schedule/sigma_schedule.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/request/sampler_traits.h"
#include "core/schedule/scheduler_classes.h"
#include "tests/support/plan_fixtures.h"
#include "tests/support/sampler_goldens.h"

namespace tstitch {
namespace {

using ::testing::HasSubstr;

std::vector<SamplerKind> every_sampler() {
  std::vector<SamplerKind> samplers(kSamplerTraits.size());
  std::ranges::transform(kSamplerTraits, samplers.begin(), &SamplerTraits::kind);
  samplers.erase(samplers.begin());  // Default
  return samplers;
}
const std::vector<SamplerKind> kSamplers = every_sampler();

bool has_own_grid(SamplerKind sampler) {
  return traits_of(sampler).grid == GridRule::Distilled;
}

SigmaSchedule schedule_of(const nlohmann::json& entry) {
  return make_sigma_schedule(*choice_named<SamplerKind>(entry.at("sampler").get<std::string>()),
                             *choice_named<Spacing>(entry.at("spacing").get<std::string>()), entry.at("steps"),
                             test::golden_config(entry.at("config")));
}

/// diffusers' `sigmas`: Heun's list names the inner ones twice; of others that ask twice the goldens hold the steps'.
std::vector<double> sigmas_of(const SigmaSchedule& schedule) {
  std::vector<double> sigmas;
  if (traits_of(schedule.sampler).calls == StepCalls::TwoButLast && schedule.sampler != SamplerKind::Heun) {
    for (const NoiseLevel& level : schedule.levels) sigmas.push_back(level.sigma().value);
    return sigmas;
  }
  for (const Evaluation& evaluation : schedule.evaluations) sigmas.push_back(evaluation.level.sigma().value);
  sigmas.push_back(schedule.levels.back().sigma().value);
  return sigmas;
}

void expect_entry(double found, double expected, const std::string& label, double slack = 1e-6) {
  EXPECT_NEAR(found, expected, std::max(slack, 1e-6 * std::abs(expected))) << label;
}

/// How far a timestep may be off: the middle of a step is interpolated from float32 logarithms.
double timestep_slack(SamplerKind sampler) {
  return traits_of(sampler).calls == StepCalls::TwoButLast && sampler != SamplerKind::Heun ? 1e-4 : 1e-6;
}

std::string usage_error(SamplerKind sampler, Spacing spacing, int steps, const SchedulerConfig& config) {
  try {
    static_cast<void>(make_sigma_schedule(sampler, spacing, steps, config));
  } catch (const UsageError& error) {
    return error.sentence();
  }
  return {};
}

class SigmaScheduleGolden : public ::testing::TestWithParam<std::string> {};

TEST_P(SigmaScheduleGolden, hasTheReferencesGrid) {
  const nlohmann::json golden = test::sampler_golden(GetParam());
  ASSERT_FALSE(golden.at("grids").empty());
  for (const auto& entry : golden.at("grids")) {
    const std::string label = test::label_of(entry);
    const SigmaSchedule schedule = schedule_of(entry);
    ASSERT_EQ(schedule.evaluations.size(), entry.at("evaluations").get<std::size_t>()) << label;
    expect_entry(schedule.initial_scale, entry.at("init_noise_sigma"), label);
    double sum = 0.0;
    for (const Evaluation& evaluation : schedule.evaluations) sum += evaluation.level.timestep.value;
    expect_entry(sum, entry.at("timestep_sum"), label, timestep_slack(schedule.sampler));
    for (const auto& [place, timestep] : entry.at("timesteps").get<std::vector<std::pair<std::size_t, double>>>()) {
      expect_entry(schedule.evaluations.at(place).level.timestep.value, timestep, label,
                   timestep_slack(schedule.sampler));
    }
    if (entry.at("sigmas").is_null()) continue;
    const std::vector<double> sigmas = sigmas_of(schedule);
    for (const auto& [place, sigma] : entry.at("sigmas").get<std::vector<std::pair<std::size_t, double>>>()) {
      EXPECT_NEAR(sigmas.at(place), sigma, 1e-6 * sigma + 1e-12) << label;
    }
  }
}

TEST_P(SigmaScheduleGolden, hasTheGridOfEveryRecordedRun) {
  const auto golden = test::sampler_golden(GetParam());
  for (const auto& entry : golden.at("cases")) {
    const std::string label = test::label_of(entry);
    const SigmaSchedule schedule = schedule_of(entry);
    const auto timesteps = entry.at("timesteps").get<std::vector<double>>();
    ASSERT_EQ(schedule.evaluations.size(), timesteps.size()) << label;
    for (std::size_t i = 0; i < timesteps.size(); ++i) {
      expect_entry(schedule.evaluations[i].level.timestep.value, timesteps[i], label, timestep_slack(schedule.sampler));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Samplers, SigmaScheduleGolden, ::testing::ValuesIn(test::kGoldenSamplers),
                         [](const auto& suite) { return suite.param; });

TEST(SigmaSchedule, laysOutEveryNumberOfSteps) {
  for (const SamplerKind sampler : kSamplers) {
    for (const Spacing spacing : {Spacing::Default, Spacing::Leading, Spacing::Trailing, Spacing::Linspace}) {
      if (!traits_of(sampler).has_spacings && spacing != Spacing::Default) continue;
      for (int steps = 1; steps <= (has_own_grid(sampler) ? 50 : 100); ++steps) {
        const SigmaSchedule schedule = make_sigma_schedule(sampler, spacing, steps, test::stable_diffusion_scheduler());
        EXPECT_EQ(static_cast<int>(schedule.evaluations.size()),
                  evaluation_count(sampler, steps, test::stable_diffusion_scheduler()));
        EXPECT_EQ(schedule.levels.size(), static_cast<std::size_t>(schedule.steps() + 1));
      }
    }
  }
}

TEST(SigmaSchedule, stepsOwnConsecutiveEvaluations) {
  for (const SamplerKind sampler : kSamplers) {
    const SigmaSchedule schedule =
        make_sigma_schedule(sampler, Spacing::Default, 12, test::stable_diffusion_scheduler());
    int step = 0;
    for (const Evaluation& evaluation : schedule.evaluations) {
      EXPECT_TRUE(evaluation.step.value == step || evaluation.step.value == step + 1);
      step = evaluation.step.value;
    }
    EXPECT_EQ(step, schedule.steps() - 1);
  }
}

TEST(SigmaSchedule, countsEvaluations) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  EXPECT_EQ(evaluation_count(SamplerKind::Default, 50, config), 51);
  EXPECT_EQ(evaluation_count(SamplerKind::Pndm, 1, config), 1);
  EXPECT_EQ(evaluation_count(SamplerKind::Heun, 10, config), 19);
  EXPECT_EQ(evaluation_count(SamplerKind::Dpm2, 10, config), 19);
  EXPECT_EQ(evaluation_count(SamplerKind::Dpm2Ancestral, 1, config), 1);
  EXPECT_EQ(evaluation_count(SamplerKind::DpmppSde, 1000, config), 1999);
  EXPECT_EQ(evaluation_count(SamplerKind::Dpmpp2S, 10, config), 10);
  EXPECT_EQ(evaluation_count(SamplerKind::Ddim, 10, config), 10);
  config.skip_prk_steps.reset();
  EXPECT_EQ(evaluation_count(SamplerKind::Pndm, 50, config), 59);
}

TEST(SigmaSchedule, takesDefaultsFromTheSamplersClass) {
  const SchedulerConfig silent = test::stable_diffusion_scheduler();
  EXPECT_EQ(default_spacing(SamplerKind::Default, silent), Spacing::Leading);
  EXPECT_EQ(default_spacing(SamplerKind::Ddim, silent), Spacing::Leading);
  EXPECT_EQ(default_spacing(SamplerKind::Euler, silent), Spacing::Linspace);
  EXPECT_EQ(default_spacing(SamplerKind::UniPc, silent), Spacing::Linspace);
  SchedulerConfig told = silent;
  told.spacing = Spacing::Trailing;
  EXPECT_EQ(default_spacing(SamplerKind::Euler, told), Spacing::Trailing);
  told.use_karras_sigmas = true;
  EXPECT_EQ(default_spacing(SamplerKind::Euler, told), Spacing::Karras);
  EXPECT_EQ(default_spacing(SamplerKind::Ddim, told), Spacing::Trailing);
}

TEST(SigmaSchedule, knowsTheSamplerOfEachClass) {
  SchedulerConfig config;
  const std::vector<std::pair<std::string, SamplerKind>> classes{
      {"DDIMScheduler", SamplerKind::Ddim},
      {"DDPMScheduler", SamplerKind::Ddpm},
      {"PNDMScheduler", SamplerKind::Pndm},
      {"EulerDiscreteScheduler", SamplerKind::Euler},
      {"EulerAncestralDiscreteScheduler", SamplerKind::EulerAncestral},
      {"HeunDiscreteScheduler", SamplerKind::Heun},
      {"LMSDiscreteScheduler", SamplerKind::Lms},
      {"DPMSolverMultistepScheduler", SamplerKind::Dpmpp2M},
      {"UniPCMultistepScheduler", SamplerKind::UniPc},
      {"LCMScheduler", SamplerKind::Lcm},
      {"KDPM2DiscreteScheduler", SamplerKind::Dpm2},
      {"KDPM2AncestralDiscreteScheduler", SamplerKind::Dpm2Ancestral},
      {"DPMSolverSinglestepScheduler", SamplerKind::Dpmpp2S},
      {"DPMSolverSDEScheduler", SamplerKind::DpmppSde},
      {"DEISMultistepScheduler", SamplerKind::Deis},
      {"TCDScheduler", SamplerKind::Tcd}};
  for (const auto& [name, sampler] : classes) {
    config.class_name = name;
    EXPECT_EQ(default_sampler(config), sampler) << name;
  }
  config.class_name = "DPMSolverMultistepScheduler";
  config.algorithm_type = "sde-dpmsolver++";
  EXPECT_EQ(default_sampler(config), SamplerKind::Dpmpp2MSde);
}

// core/schedule/README.md: 10 leading steps.
TEST(SigmaSchedule, scalesLeadingGridsByTheRootOfSigmaSquaredPlusOne) {
  const SigmaSchedule schedule =
      make_sigma_schedule(SamplerKind::Euler, Spacing::Leading, 10, test::stable_diffusion_scheduler());
  EXPECT_NEAR(schedule.levels.front().sigma().value, 8.3907, 1e-4);
  EXPECT_NEAR(schedule.initial_scale, 8.4501, 1e-4);
}

TEST(SigmaSchedule, refusesSpacingsThatASamplerDoesNotHave) {
  for (const SamplerKind sampler : {SamplerKind::Ddim, SamplerKind::Ddpm, SamplerKind::Pndm,
                                    SamplerKind::EulerAncestral, SamplerKind::Lcm, SamplerKind::Tcd}) {
    for (const Spacing spacing : {Spacing::Karras, Spacing::Exponential, Spacing::Beta, Spacing::Ays}) {
      EXPECT_THAT(usage_error(sampler, spacing, 10, test::stable_diffusion_scheduler()), HasSubstr("--spacing"));
      EXPECT_THAT(usage_error(sampler, spacing, 10, test::stable_diffusion_scheduler()),
                  HasSubstr(std::string(name_of(spacing))));
    }
  }
}

// A grid that the class does not have is no silent linspace.
TEST(SigmaSchedule, singleStepsHaveNoLeadingAndTrailing) {
  for (const Spacing spacing : {Spacing::Leading, Spacing::Trailing}) {
    EXPECT_THAT(usage_error(SamplerKind::Dpmpp2S, spacing, 10, test::stable_diffusion_scheduler()),
                HasSubstr("--spacing"));
  }
  SchedulerConfig leading = test::stable_diffusion_scheduler();
  leading.spacing = Spacing::Leading;
  EXPECT_EQ(default_spacing(SamplerKind::Dpmpp2S, leading), Spacing::Linspace);
}

std::string refusal(SamplerKind sampler, const SchedulerConfig& config) {
  try {
    static_cast<void>(make_sigma_schedule(sampler, Spacing::Default, 5, config));
  } catch (const BadInput& error) {
    return error.sentence();
  }
  return "accepted";
}

// app/cli/README.md: with --sampler the run goes on, without it the way out is named.
TEST(SigmaSchedule, solversOfClassesThatAreLackingNameTheWayOut) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  config.file = "x/scheduler_config.json";
  for (const LackingClass& each : kLackingClasses) {
    config.class_name = each.name;
    EXPECT_FALSE(has_default_sampler(config));
    EXPECT_EQ(nearest_sampler(config), each.nearest);
    for (const char* part : {"x/scheduler_config.json", "_class_name", "--sampler"}) {
      EXPECT_THAT(refusal(SamplerKind::Default, config), HasSubstr(part)) << each.name;
    }
    EXPECT_THAT(refusal(SamplerKind::Default, config), HasSubstr(std::string(name_of(each.nearest)))) << each.name;
    EXPECT_EQ(refusal(SamplerKind::Euler, config), "accepted") << each.name;
    EXPECT_GT(evaluation_count(SamplerKind::Default, 5, config), 0);
  }
}

TEST(SigmaSchedule, solverSettingsThatAreLackingNameTheWayOut) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  config.class_name = "DDIMScheduler";
  config.thresholding = true;
  EXPECT_THAT(refusal(SamplerKind::Default, config), HasSubstr("thresholding"));
  EXPECT_THAT(refusal(SamplerKind::Default, config), HasSubstr("--sampler"));
  EXPECT_THAT(refusal(SamplerKind::Deis, config), HasSubstr("thresholding"));
  EXPECT_EQ(refusal(SamplerKind::Euler, config), "accepted");
  EXPECT_EQ(nearest_sampler(config), SamplerKind::Euler);

  config = test::stable_diffusion_scheduler();
  config.class_name = "UniPCMultistepScheduler";
  config.has_own_predictor = true;
  EXPECT_THAT(refusal(SamplerKind::Default, config), HasSubstr("solver_p"));
  EXPECT_EQ(refusal(SamplerKind::Dpmpp2M, config), "accepted");
}

TEST(SigmaSchedule, solverSettingsThatContradictEachOtherAreNamed) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  config.class_name = "DPMSolverMultistepScheduler";
  config.algorithm_type = "dpmsolver";
  EXPECT_THAT(refusal(SamplerKind::Default, config), HasSubstr("final_sigmas_type"));
  config.final_sigmas_type = "sigma_min";
  EXPECT_EQ(refusal(SamplerKind::Default, config), "accepted");
  config.algorithm_type = "sde-dpmsolver";
  EXPECT_EQ(default_sampler(config), SamplerKind::Dpmpp2MSde);
  EXPECT_THAT(refusal(SamplerKind::Dpmpp2S, config), HasSubstr("algorithm_type"));
  config.solver_order = 3;
  EXPECT_THAT(refusal(SamplerKind::Default, config), HasSubstr("solver_order"));
  EXPECT_EQ(refusal(SamplerKind::UniPc, config), "accepted");
  config.solver_order = 4;
  config.algorithm_type.reset();
  EXPECT_THAT(refusal(SamplerKind::Dpmpp2S, config), HasSubstr("solver_order"));
}

// What one class calls its solver another reads as its own default, as diffusers does.
TEST(SigmaSchedule, readsTheSolverOfAnotherClassAsItsOwn) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  for (const char* solver : {"midpoint", "heun", "logrho", "bh1", "bh2"}) {
    config.solver_type = solver;
    const auto read_by = [&](SamplerKind sampler) { return with_class_defaults(sampler, config).solver_type; };
    EXPECT_EQ(read_by(SamplerKind::Dpmpp2M), std::string(solver) == "heun" ? "heun" : "midpoint");
    EXPECT_EQ(read_by(SamplerKind::UniPc), std::string(solver) == "bh1" ? "bh1" : "bh2");
    EXPECT_EQ(read_by(SamplerKind::Deis), "logrho");
  }
}

TEST(SigmaSchedule, tellsEtaWhereTheSamplerHasOne) {
  EXPECT_EQ(default_eta(SamplerKind::Ddim, test::stable_diffusion_scheduler()), 0.0);
  EXPECT_EQ(default_eta(SamplerKind::Tcd, test::stable_diffusion_scheduler()), 0.3);
  SchedulerConfig config = test::stable_diffusion_scheduler();
  config.class_name = "TCDScheduler";
  EXPECT_EQ(default_eta(SamplerKind::Default, config), 0.3);
}

TEST(SigmaSchedule, clipsWhatIsNoisierThanTheFileAllows) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  config.lambda_min_clipped = -1.5;
  const auto first = [&](SamplerKind sampler) {
    return make_sigma_schedule(sampler, Spacing::Linspace, 5, config).levels.front().timestep.value;
  };
  EXPECT_LT(first(SamplerKind::Dpmpp2M), 999.0);
  EXPECT_EQ(first(SamplerKind::Dpmpp2M), first(SamplerKind::Dpmpp2S));
  EXPECT_EQ(first(SamplerKind::UniPc), 999.0);
  EXPECT_THAT(usage_error(SamplerKind::Dpmpp2M, Spacing::Trailing, 5, config), HasSubstr("lambda_min_clipped"));
  config.lambda_min_clipped = 900.0;
  EXPECT_THAT(refusal(SamplerKind::Dpmpp2M, config), HasSubstr("lambda_min_clipped"));
}

TEST(SigmaSchedule, refusesGridsThatLeaveTheTable) {
  const SchedulerConfig config = test::stable_diffusion_scheduler();
  for (const SamplerKind sampler : {SamplerKind::Ddim, SamplerKind::Euler, SamplerKind::Pndm}) {
    EXPECT_THAT(usage_error(sampler, Spacing::Leading, 1000, config), HasSubstr("1000"));
  }
  EXPECT_THAT(usage_error(SamplerKind::Dpmpp2M, Spacing::Leading, 1000, config), HasSubstr("leading"));
  EXPECT_THAT(usage_error(SamplerKind::Lcm, Spacing::Default, 51, config), HasSubstr("51"));
  EXPECT_THAT(usage_error(SamplerKind::Ddim, Spacing::Default, 0, config), HasSubstr("--steps"));
  EXPECT_THAT(usage_error(SamplerKind::Ddim, Spacing::Default, 1001, config), HasSubstr("1..1000"));
  SchedulerConfig without_offset = config;
  without_offset.steps_offset = 0;
  EXPECT_EQ(usage_error(SamplerKind::Ddim, Spacing::Leading, 1000, without_offset), "");
}

TEST(SigmaSchedule, needsFourStepsForTheRungeKuttaStart) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  config.skip_prk_steps = false;
  EXPECT_THAT(usage_error(SamplerKind::Pndm, Spacing::Default, 3, config), HasSubstr("at least 4"));
  EXPECT_EQ(make_sigma_schedule(SamplerKind::Pndm, Spacing::Default, 4, config).evaluations.size(), 13U);
}

TEST(SigmaSchedule, refusesVarianceThatOnlyANetworkKnows) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  config.variance = Variance::LearnedRange;
  EXPECT_THROW(static_cast<void>(make_sigma_schedule(SamplerKind::Ddpm, Spacing::Default, 5, config)), BadInput);
  EXPECT_NO_THROW(static_cast<void>(make_sigma_schedule(SamplerKind::Ddim, Spacing::Default, 5, config)));
}

TEST(SigmaSchedule, classesThatDoNotKnowZeroSnrIgnoreIt) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  config.rescale_zero_snr = true;
  EXPECT_FALSE(with_class_defaults(SamplerKind::Pndm, config).rescale_zero_snr);
  EXPECT_TRUE(with_class_defaults(SamplerKind::Ddim, config).rescale_zero_snr);
  const SigmaSchedule euler = make_sigma_schedule(SamplerKind::Euler, Spacing::Trailing, 5, config);
  EXPECT_NEAR(euler.levels.front().sigma().value, 4096.0, 1e-3);
  EXPECT_EQ(make_sigma_schedule(SamplerKind::Ddim, Spacing::Trailing, 5, config).levels.front().signal, 0.0);
}

}  // namespace
}  // namespace tstitch
