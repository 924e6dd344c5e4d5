#include "core/jobs/grid_ledger.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

class GridLedgers : public ::testing::Test {
 protected:
  GridLedgers() {
    cells_.push_back({{"0%"}, {}});
    cells_.push_back({{"50%"}, {}});
    cells_.push_back({{"100%"}, {}});
  }

  static GridJob job() {
    GridJob job;
    job.axes = {{"ratio", {"0%", "50%", "100%"}}};
    job.across = "ratio";
    job.base.request.prompt = "3d fox";
    job.base.request.denoisers = {{"large", {"mini", "sd1", {}, "/models/mini"}, {}}};
    job.base.request.split = RatioSplit{{Percent{0}}};
    return job;
  }
  void begin() { ledger_.begin(folder_.path(), job(), cells_); }
  [[nodiscard]] GridRecord written() const { return read_grid_record(folder_.path()); }

  test::TemporaryFolder folder_;
  std::vector<GridCell> cells_;
  std::vector<CellEnded> told_;
  EventSink sink_ = [this](const Event& event) {
    if (const auto* ended = std::get_if<CellEnded>(&event)) told_.push_back(*ended);
  };
  GridLedger ledger_{sink_};
};

TEST_F(GridLedgers, saysTheSameInFileReportAndEvents) {
  begin();
  ledger_.carry_over({{"small", 4}}, {{"small", {}, {}}, {"large", {}, {}}});
  ledger_.count_evaluation("small");
  ledger_.save_cell(0, "a.png", 1.5);
  ledger_.fail_cell(1, UsageError("too odd.", "--size"));
  EXPECT_EQ(ledger_.waiting(), std::vector<std::size_t>{2});
  ledger_.set_composite("grid.png");
  const GridReport report = ledger_.close(true);
  EXPECT_TRUE(report.cancelled);
  EXPECT_EQ(report.first_failure, ExitCode::Usage);
  EXPECT_EQ(report.composite, folder_.path() / "grid.png");
  EXPECT_EQ(report.evaluations, (std::map<DenoiserName, int>{{"large", 0}, {"small", 5}}));
  EXPECT_EQ(report.cells[0].file, folder_.path() / "a.png");
  EXPECT_EQ(report.cells[2].cell, 2);
  EXPECT_TRUE(report.cells[2].file.empty());
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_EQ(told_[0].file, folder_.path() / "a.png");
  EXPECT_EQ(told_[1].cell, 1);
  EXPECT_EQ(told_[1].error, "--size: too odd.");
  const GridRecord record = written();
  EXPECT_EQ(record.evaluations, report.evaluations);
  EXPECT_EQ(record.composite, "grid.png");
  EXPECT_EQ(record.cells[0].state, CellState::Saved);
  EXPECT_EQ(record.cells[1].error, told_[1].error);
  EXPECT_EQ(record.cells[2].state, CellState::Waiting);
}

TEST_F(GridLedgers, keepsEarlierEndingsWhenTheRestFails) {
  begin();
  ledger_.save_cell(0, "a.png", 1);
  ledger_.fail_cell(1, UsageError("first."));
  ledger_.fail_rest(OutOfMemory("second."));
  const GridReport report = ledger_.close(false);
  EXPECT_TRUE(report.cells[0].error.empty());
  EXPECT_EQ(report.cells[1].error, "first.");
  EXPECT_EQ(report.cells[2].error, "second.");
  EXPECT_EQ(report.first_failure, ExitCode::Usage);
}

TEST_F(GridLedgers, failsAsAWholeBeforeItHasCells) {
  ledger_.fail_rest(UsageError("no such axis."));
  const GridReport report = ledger_.close(false);
  ASSERT_EQ(report.cells.size(), 1U);
  EXPECT_EQ(report.cells[0].error, "no such axis.");
  EXPECT_EQ(report.first_failure, ExitCode::Usage);
  EXPECT_TRUE(written().cells.empty()) << "nothing is written without a folder";
}

TEST_F(GridLedgers, writesNothingIntoAFolderThatWasNeverMade) {
  ledger_.begin(folder_.path() / "never", job(), cells_);
  (void)ledger_.close(false);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "never"));
}

TEST_F(GridLedgers, writesTheRequestWithTheHashesOfWhatWasMade) {
  begin();
  GenerationRequest made = job().base.request;
  made.denoisers[0].model = {"mini", "sd1", {{"unet", std::string(64, 'a')}}, {}};
  ledger_.name_models(made);
  ledger_.note(1, "0 of 3, same as 0 %");
  ledger_.write();
  const GridRecord record = written();
  EXPECT_EQ(record.across, "ratio");
  ASSERT_TRUE(record.request);
  EXPECT_EQ(record.request->denoisers[0].model.files, made.denoisers[0].model.files);
  EXPECT_EQ(record.cells[1].note, "0 of 3, same as 0 %");
  EXPECT_EQ(record.cells[0].note, "");
}

}  // namespace
}  // namespace tstitch
