#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(Dpm2Sampler, followsTheReference) {
  test::expect_golden_runs("dpm2");
}

TEST(Dpm2AncestralSampler, followsTheReference) {
  test::expect_golden_runs("dpm2_a");
}

}  // namespace
}  // namespace tstitch
