#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(LmsSampler, followsTheReference) {
  test::expect_golden_runs("lms");
}

}  // namespace
}  // namespace tstitch
