#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(EulerSampler, followsTheReference) {
  test::expect_golden_runs("euler");
}

TEST(EulerAncestralSampler, followsTheReference) {
  test::expect_golden_runs("euler_a");
}

}  // namespace
}  // namespace tstitch
