#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(DdpmSampler, followsTheReference) {
  test::expect_golden_runs("ddpm");
}

}  // namespace
}  // namespace tstitch
