#include "core/engine/outcome.h"

#include <new>

#include <gtest/gtest.h>

#include "core/base/stop.h"

namespace tstitch {
namespace {

template <class Thrown>
Outcome ending(const Thrown& thrown) {
  RunReport report;
  report.seconds.load = 1.5;
  return outcome_of(std::make_exception_ptr(thrown), report);
}

TEST(OutcomeOf, AnInterruptionIsCancelled) {
  const Outcome outcome = ending(Interrupted{});
  EXPECT_TRUE(std::holds_alternative<Cancelled>(outcome));
  EXPECT_EQ(report_of(outcome).seconds.load, 1.5);
}

TEST(OutcomeOf, AnErrorKeepsItsParts) {
  const auto failed = std::get<Failed>(ending(IncompatibleModels("what.", "where", "hint.")));
  EXPECT_EQ(failed.what, "what.");
  EXPECT_EQ(failed.where, "where");
  EXPECT_EQ(failed.hint, "hint.");
  EXPECT_EQ(failed.code, ExitCode::Incompatible);
  EXPECT_EQ(failed.report.seconds.load, 1.5);
}

TEST(OutcomeOf, AnythingElseIsInternalOrMemory) {
  EXPECT_EQ(std::get<Failed>(ending(std::bad_alloc())).code, ExitCode::OutOfMemory);
  EXPECT_EQ(std::get<Failed>(ending(std::runtime_error("odd"))).what, "odd");
  EXPECT_EQ(std::get<Failed>(ending(std::runtime_error("odd"))).code, ExitCode::Internal);
  EXPECT_EQ(std::get<Failed>(ending(7)).code, ExitCode::Internal);
}

TEST(ReportOf, ReadsEveryEnding) {
  RunReport report;
  report.segments = {{"small", 3, Seconds{1}}};
  for (const Outcome& outcome :
       {Outcome(Finished{report}), Outcome(Cancelled{report}), Outcome(Failed{"", "", "", ExitCode::Usage, report})}) {
    EXPECT_EQ(report_of(outcome).segments.at(0).evaluations, 3);
  }
}

}  // namespace
}  // namespace tstitch
