#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(UniPcSampler, followsTheReference) {
  test::expect_golden_runs("unipc");
}

}  // namespace
}  // namespace tstitch
