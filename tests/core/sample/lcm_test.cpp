#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(LcmSampler, followsTheReference) {
  test::expect_golden_runs("lcm");
}

}  // namespace
}  // namespace tstitch
