#include "core/device/work_ahead.h"

#include <string>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/device/simulated_device.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class WorksAhead : public testing::Test {
 protected:
  WorkAhead::Told says(const std::string& what) {
    return [this, what] { said_.push_back(what); };
  }

  std::vector<std::string> said_;
};

TEST_F(WorksAhead, tellsAtOnceOnACpu) {
  WorkAhead ahead(at::kCPU);
  ahead.then(says("begun 1"));
  ahead.add(says("done 1"));
  EXPECT_THAT(said_, ElementsAre("begun 1", "done 1"));
  ahead.finish();
  EXPECT_EQ(said_.size(), 2U);
}

TEST_F(WorksAhead, tellsOfAPieceOnceTheNextIsAskedFor) {
  WorkAhead ahead(test::simulated_device());
  ahead.then(says("begun 1"));
  ahead.add(says("done 1"));
  EXPECT_THAT(said_, ElementsAre("begun 1"));
  ahead.then(says("begun 2"));
  EXPECT_THAT(said_, ElementsAre("begun 1"));
  ahead.add(says("done 2"));
  EXPECT_THAT(said_, ElementsAre("begun 1", "done 1", "begun 2"));
  ahead.finish();
  EXPECT_THAT(said_, ElementsAre("begun 1", "done 1", "begun 2", "done 2"));
}

TEST_F(WorksAhead, waitsOnlyForWhatLiesBeforeTheNewestPiece) {
  at::Tensor x = at::ones({4}).to(test::simulated_device());
  WorkAhead ahead(x.device());
  const test::DeviceLog log;
  x = x + 1.0;
  ahead.add(says("1"));
  EXPECT_THAT(log.crossings(), IsEmpty());
  x = x + 1.0;
  ahead.add(says("2"));
  EXPECT_THAT(log.crossings(), ElementsAre("wait for pace"));
  EXPECT_EQ(log.calls().back().launched, 1);
}

TEST_F(WorksAhead, forgetsWhatNobodyWaitsFor) {
  {
    WorkAhead ahead(test::simulated_device());
    ahead.add(says("1"));
  }
  EXPECT_THAT(said_, IsEmpty());
}

}  // namespace
}  // namespace tstitch
