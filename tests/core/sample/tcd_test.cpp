#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(TcdSampler, followsTheReference) {
  test::expect_golden_runs("tcd");
}

}  // namespace
}  // namespace tstitch
