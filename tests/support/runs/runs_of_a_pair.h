#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/local_engine/local_engine.h"
#include "tests/support/controlled_pair.h"
#include "tests/support/runs/golden_run.h"

namespace tstitch::test {

/// Runs of the controlled pair, for their final latents.
class RunsOfAPair : public ::testing::Test {
 protected:
  /// LibTorch's name of the device that computes from now on.
  void compute_on(const std::string& device) {
    LocalEngineOptions options = pair_.options();
    options.device = device;
    engine_ = make_local_engine(options);
  }

  [[nodiscard]] Job job_of(const nlohmann::json& entry) const {
    return golden_job(pair_.request(entry), pair_.folder());
  }

  at::Tensor latents_of(const Job& job) {
    warnings_.clear();
    return final_latents(*engine_, job, [this](const Event& event) {
      if (const auto* warning = std::get_if<Warning>(&event)) warnings_.push_back(warning->text);
    });
  }

  ControlledPair pair_{TSTITCH_GOLDEN_DIR};
  std::unique_ptr<Engine> engine_ = make_local_engine(pair_.options());
  std::vector<std::string> warnings_;
};

}  // namespace tstitch::test
