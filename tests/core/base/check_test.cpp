#include "core/base/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string message_of(int value) {
  try {
    TSTITCH_CHECK(value < 3, "value ", value);
  } catch (const LogicError& error) {
    return error.what();
  }
  return {};
}

TEST(Check, NamesConditionPlaceAndValues) {
  EXPECT_THAT(message_of(7), AllOf(HasSubstr("value < 3"), HasSubstr("check_test.cpp"), HasSubstr("value 7")));
}

TEST(Check, LetsWhatHoldsPass) {
  EXPECT_EQ(message_of(2), "");
}

void check_without_values() {
  TSTITCH_CHECK(false);
}

TEST(Check, NeedsNoValues) {
  EXPECT_THROW(check_without_values(), LogicError);
}

}  // namespace
}  // namespace tstitch
