#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/model_copy.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

using nlohmann::json;

constexpr const char* kScheduler = "large/scheduler/scheduler_config.json";
constexpr const char* kIndex = "large/model_index.json";

/// The case `solvers`: the pair with another scheduler, planned.
class Solvers : public ::testing::Test {
 protected:
  Ended plan(const json& settings, const std::vector<std::string>& more = {}) const {
    const std::string scheduler = pair_.read(kScheduler);
    const std::string index = pair_.read(kIndex);
    set_scheduler(settings);
    std::vector<std::string> words{"plan",    "--large", "m/large",   "--small", "m/small/unet",
                                   "--steps", "6",       "--profile", "profile", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    Ended ended = run_program(words, scratch_.path());
    pair_.write(kScheduler, scheduler);
    pair_.write(kIndex, index);
    return ended;
  }

  /// The class stands in the pipeline's index too, which counts first.
  void set_scheduler(const json& settings) const {
    json scheduler = json::parse(pair_.read(kScheduler));
    scheduler.update(settings);
    pair_.write(kScheduler, scheduler.dump());
    json index = json::parse(pair_.read(kIndex));
    index["scheduler"][1] = scheduler["_class_name"];
    pair_.write(kIndex, index.dump());
  }

  static int evaluations(const Ended& ended) {
    return ended.exit == 0 ? json::parse(ended.out)["evaluations"].get<int>() : -1;
  }

  void expect_refused(const json& settings, const std::vector<std::string>& more,
                      const std::vector<std::string>& named) const {
    const Ended ended = plan(settings, more);
    EXPECT_EQ(ended.exit, 3) << settings;
    EXPECT_NE(ended.err.find(std::string("m/") + kScheduler), std::string::npos) << ended.err;
    EXPECT_EQ(ended.err.find("\"\""), std::string::npos) << ended.err;
    for (const std::string& word : named) EXPECT_NE(ended.err.find(word), std::string::npos) << ended.err;
  }

  ScratchFolder scratch_;
  PairCopy pair_{scratch_.path() / "m"};
};

TEST_F(Solvers, ofTheFieldRunByTheirOwnConfig) {
  const std::vector<std::pair<json, int>> folders{
      {{{"_class_name", "DEISMultistepScheduler"}}, 6},
      {{{"_class_name", "DPMSolverSinglestepScheduler"}, {"solver_order", 3}}, 6},
      {{{"_class_name", "KDPM2DiscreteScheduler"}}, 11},
      {{{"_class_name", "KDPM2AncestralDiscreteScheduler"}}, 11},
      {{{"_class_name", "DPMSolverSDEScheduler"}}, 11},
      {{{"_class_name", "TCDScheduler"}}, 6},
      {{{"_class_name", "DPMSolverMultistepScheduler"}, {"solver_order", 3}}, 6},
      {{{"_class_name", "DPMSolverMultistepScheduler"}, {"solver_type", "heun"}, {"euler_at_final", true}}, 6},
      {{{"_class_name", "UniPCMultistepScheduler"}, {"solver_type", "bh1"}, {"solver_order", 3}}, 6},
      {{{"_class_name", "EulerDiscreteScheduler"}, {"timestep_type", "continuous"}}, 6}};
  for (const auto& [settings, count] : folders) {
    const Ended ended = plan(settings);
    EXPECT_EQ(evaluations(ended), count) << settings << ended.err;
  }
}

TEST_F(Solvers, thatAreLackingNameTheWayOutAndRunWithASampler) {
  for (const char* name : {"SASolverScheduler", "EDMEulerScheduler", "DDIMParallelScheduler"}) {
    const json settings{{"_class_name", name}};
    expect_refused(settings, {}, {"_class_name", name, "--sampler"});
    EXPECT_EQ(evaluations(plan(settings, {"--sampler", "unipc"})), 6) << name;
  }
  const json thresholding{{"_class_name", "DPMSolverMultistepScheduler"}, {"thresholding", true}};
  expect_refused(thresholding, {}, {"thresholding", "--sampler"});
  EXPECT_EQ(evaluations(plan(thresholding, {"--sampler", "dpm2"})), 11);
}

TEST_F(Solvers, thatNobodyHasAreRefusedWithASamplerToo) {
  const std::vector<std::pair<json, std::string>> folders{
      {{{"_class_name", "MadeUpScheduler"}}, "MadeUpScheduler"},
      {{{"_class_name", "DPMSolverMultistepScheduler"}, {"solver_type", "rk4"}}, "solver_type is \"rk4\""},
      {{{"algorithm_type", "dpm"}}, "algorithm_type"},
      {{{"_class_name", "FlowMatchEulerDiscreteScheduler"}}, "flow-matching"},
      {{{"_class_name", "UniPCMultistepScheduler"}, {"flow_shift", 3.0}}, "flow_shift"},
      {{{"_class_name", "UniPCMultistepScheduler"}, {"use_flow_sigmas", true}}, "use_flow_sigmas"},
      {{{"_class_name", "DEISMultistepScheduler"}, {"prediction_type", "flow_prediction"}}, "flow_prediction"}};
  for (const auto& [settings, named] : folders) {
    expect_refused(settings, {}, {named});
    expect_refused(settings, {"--sampler", "euler"}, {named});
  }
}

TEST_F(Solvers, drawByName) {
  for (const char* sampler : {"deis", "dpmpp-2s", "dpm2", "dpm2-a", "dpmpp-sde", "tcd"}) {
    const Ended ended = run_program({"generate", "3d fox", "--sampler", sampler, "--steps", "3", "--size", "64x64",
                                     "--seed", "1", "--output", std::string(sampler) + ".png", "--profile", "profile"},
                                    scratch_.path());
    EXPECT_EQ(ended.exit, 0) << sampler << ended.err;
    EXPECT_TRUE(std::filesystem::exists(scratch_.path() / (std::string(sampler) + ".png"))) << sampler;
  }
}

TEST_F(Solvers, areToldByInspect) {
  set_scheduler({{"_class_name", "SASolverScheduler"}});
  const Ended ended = run_program({"inspect", "m/large", "--json", "--profile", "profile"}, scratch_.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const json told = json::parse(ended.out)["schedule"];
  EXPECT_EQ(told["class"], "SASolverScheduler");
  EXPECT_TRUE(told["sampler"].is_null());
  EXPECT_EQ(told["nearest_sampler"], "dpmpp-2m-sde");
}

}  // namespace
}  // namespace tstitch::test
