#include "core/base/error.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(ErrorSentence, JoinsPlaceFactAndHint) {
  EXPECT_EQ(BadInput("expected 4, found 9.", "unet/config.json", "Choose another.").sentence(),
            "unet/config.json: expected 4, found 9. Choose another.");
}

TEST(ErrorSentence, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(UsageError("steps: 0 is not in 1..1000.").sentence(), "steps: 0 is not in 1..1000.");
  EXPECT_EQ(UsageError("no.", "--steps").sentence(), "--steps: no.");
  EXPECT_EQ(UsageError("no.", "", "Try 25.").sentence(), "no. Try 25.");
}

TEST(ErrorCodes, EachKindHasItsExitCode) {
  EXPECT_EQ(static_cast<int>(UsageError("").code()), 2);
  EXPECT_EQ(static_cast<int>(BadInput("").code()), 3);
  EXPECT_EQ(static_cast<int>(IncompatibleModels("").code()), 4);
  EXPECT_EQ(static_cast<int>(OutOfMemory("").code()), 5);
  EXPECT_EQ(static_cast<int>(ExitCode::Cancelled), 130);
}

}  // namespace
}  // namespace tstitch
