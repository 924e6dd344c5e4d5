#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(DpmppSdeStepsSampler, followsTheReference) {
  test::expect_golden_runs("dpmpp_sde");
}

}  // namespace
}  // namespace tstitch
