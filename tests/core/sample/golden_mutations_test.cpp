// Whether the recorded runs notice a wrong rule: each sampler is made wrong in each of its ingredients by a thousandth,
// and one of its runs has to end elsewhere.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

constexpr double kWrong = 1.001;

struct Mutation {
  std::string name;
  std::function<void(SigmaSchedule&)> schedule = [](SigmaSchedule&) {};
  std::function<SamplerState(const SamplerState& from, SamplerState to)> step = [](const auto&, SamplerState to) {
    return to;
  };
  double noise = 1.0;
  double eta = 1.0;  ///< times the run's own
};

/// The worst distance from a recorded state, in tolerances.
double miss(const nlohmann::json& golden, const nlohmann::json& entry, const Mutation& mutation) {
  SigmaSchedule schedule = test::golden_schedule(entry);
  const double tolerance = test::golden_tolerance(schedule);
  mutation.schedule(schedule);
  const auto sampler = make_sampler(schedule, entry.at("eta").get<double>() * mutation.eta);
  NoiseSource noise(0);
  noise.replace(test::golden_latent(golden.at("unit_noise")), test::step_noise_of(golden) * mutation.noise);
  const auto& latents = entry.at("latents");
  SamplerState state = sampler->start(noise.initial({1, 2, 4}), schedule);
  double worst = 0.0;
  for (int step = 0; step < schedule.steps(); ++step) {
    const Denoise denoise = test::analytic_denoiser(schedule.config.prediction);
    SamplerState next = sampler->step(state, StepIndex{step}, schedule, denoise, noise);
    state = mutation.step(state, std::move(next));
    const auto recorded = test::golden_latent(latents.at(static_cast<std::size_t>(state.evaluation)));
    worst = std::max(worst, test::distance(state.latent, recorded) / tolerance);
  }
  return worst;
}

NoiseLevel shifted(const NoiseLevel& level) {
  return level_at(Sigma{level.sigma().value * kWrong}, level.timestep);
}

Mutation longer_updates() {
  Mutation mutation{"updates"};
  mutation.step = [](const SamplerState& from, SamplerState to) {
    to.latent = from.latent + (to.latent - from.latent) * kWrong;
    return to;
  };
  return mutation;
}

Mutation wrong_level() {
  Mutation mutation{"levels"};
  mutation.schedule = [](SigmaSchedule& schedule) {
    for (std::size_t i = 1; i + 1 < schedule.levels.size(); ++i) schedule.levels[i] = shifted(schedule.levels[i]);
  };
  return mutation;
}

/// Where a step of two evaluations asks again.
Mutation wrong_middle() {
  Mutation mutation{"middles"};
  mutation.schedule = [](SigmaSchedule& schedule) {
    for (std::size_t i = 1; i < schedule.evaluations.size(); i += 2) {
      schedule.evaluations[i].level = shifted(schedule.evaluations[i].level);
    }
  };
  return mutation;
}

Mutation no_memory() {
  Mutation mutation{"memory"};
  mutation.step = [](const SamplerState&, SamplerState to) { return without_history(std::move(to)); };
  return mutation;
}

Mutation louder_noise() {
  Mutation mutation{"noise"};
  mutation.noise = kWrong;
  return mutation;
}

Mutation less_eta() {
  Mutation mutation{"eta"};
  mutation.eta = 0.99;
  return mutation;
}

std::vector<Mutation> mutations_of(const std::string& name) {
  const auto is_one_of = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<Mutation> mutations{longer_updates()};
  // The others read the noise levels of whole timesteps from the table.
  if (!is_one_of({"ddim", "ddpm", "pndm", "lcm", "tcd"})) mutations.push_back(wrong_level());
  if (is_one_of({"dpm2", "dpm2_a", "dpmpp_sde"})) mutations.push_back(wrong_middle());
  if (is_one_of({"deis", "dpmpp_2s", "dpmpp_2m", "dpmpp_2m_sde", "unipc", "lms", "pndm"})) {
    mutations.push_back(no_memory());
  }
  if (is_one_of({"euler_a", "dpm2_a", "dpmpp_2m_sde", "dpmpp_2s", "dpmpp_sde", "ddpm", "lcm", "tcd", "ddim"})) {
    mutations.push_back(louder_noise());
  }
  if (is_one_of({"tcd", "ddim"})) mutations.push_back(less_eta());
  return mutations;
}

class GoldenMutations : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenMutations, areNoticed) {
  const nlohmann::json golden = test::sampler_golden(GetParam());
  for (const auto& entry : golden.at("cases")) {
    SCOPED_TRACE(test::label_of(entry));
    EXPECT_LE(miss(golden, entry, Mutation{"none"}), 1.0);
  }
  for (const Mutation& mutation : mutations_of(GetParam())) {
    double worst = 0.0;
    for (const auto& entry : golden.at("cases")) worst = std::max(worst, miss(golden, entry, mutation));
    EXPECT_GT(worst, 10.0) << mutation.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Samplers, GoldenMutations, ::testing::ValuesIn(test::kGoldenSamplers),
                         [](const auto& suite) { return suite.param; });

}  // namespace
}  // namespace tstitch
