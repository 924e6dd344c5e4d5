#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/denoise/class_conditioning.h"
#include "core/schedule/original_schedules.h"
#include "tests/support/class_runs.h"
#include "tests/support/tensor_near.h"

// Whole stitched runs of class-conditional pairs against tests/golden/make_class_runs.py.

namespace tstitch {
namespace {

using test::ClassRuns;

class ClassConditionalRuns : public ::testing::Test {
 protected:
  ClassRuns runs_;
};

TEST_F(ClassConditionalRuns, ditFollowsTheOriginalByBothOfItsSamplers) {
  const auto pair = ClassRuns::dit_pair(kOriginalGuidedChannels);
  for (const int small : {0, 3, ClassRuns::kSteps}) {
    runs_.expect(runs_.walked(pair, SamplerKind::Default, dit_schedule(true), small), concat("dit.ddim.", small));
    runs_.expect(runs_.walked(pair, SamplerKind::Ddpm, dit_schedule(true), small), concat("dit.ddpm.", small));
  }
}

TEST_F(ClassConditionalRuns, ditMayGuideAllChannels) {
  const at::Tensor all = runs_.walked(ClassRuns::dit_pair(std::nullopt), SamplerKind::Ddim, dit_schedule(true), 3);
  runs_.expect(all, "dit.four_channels.3");
  EXPECT_GT(test::relative_difference(all, runs_.recorded("dit.ddim.3")), 1e-2);
}

TEST_F(ClassConditionalRuns, latentDiffusionFollowsTheOriginalWithNoiseAtEveryStep) {
  const auto pair = ClassRuns::ldm_pair(runs_.recorded_null_context());
  for (const int small : {0, 3, ClassRuns::kSteps}) {
    runs_.expect(runs_.walked(pair, SamplerKind::Default, latent_diffusion_schedule(), small), concat("ldm.", small));
  }
}

}  // namespace
}  // namespace tstitch
