#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(HeunSampler, followsTheReference) {
  test::expect_golden_runs("heun");
}

}  // namespace
}  // namespace tstitch
