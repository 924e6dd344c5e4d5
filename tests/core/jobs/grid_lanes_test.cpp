#include <atomic>
#include <csignal>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/image/image_file.h"
#include "core/jobs/grid_files.h"
#include "core/jobs/grid_job.h"
#include "core/jobs/stored_request.h"
#include "core/trajectory/split_rule.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/scripted_engine.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

/// Splits as the ratio says, and may be lost.
class Lane : public test::ScriptedEngine {
 public:
  explicit Lane(int runs_before_loss = 1000, std::function<void()> at_loss = {})
      : left_(runs_before_loss), at_loss_(std::move(at_loss)) {}

  RunPlan plan(const GenerationRequest& request, const RunSettings& settings) override {
    RunPlan plan = ScriptedEngine::plan(request, settings);
    const int small = std::get<RatioSplit>(request.split).shares.front().value * request.steps / 100;
    plan.segments.clear();
    if (small > 0) plan.segments.push_back({"small", small});
    if (small < request.steps) plan.segments.push_back({"large", request.steps - small});
    return plan;
  }

  Outcome make(const PictureRun& run, const std::stop_token& stop, const EventSink& sink) override {
    if (left_-- <= 0) {
      if (at_loss_) at_loss_();
      return Failed{"was lost.", {}, {}, ExitCode::NoEngine, {}};
    }
    ++runs_;
    return ScriptedEngine::make(run, stop, sink);
  }

  int runs() const { return runs_; }

 private:
  int left_;
  std::function<void()> at_loss_;
  int runs_ = 0;
};

class GridLanes : public ::testing::Test {
 protected:
  GridJob job(const std::string& folder) const {
    GridJob grid;
    grid.base.request = test::ScriptedEngine::request();
    grid.base.preview.kind = PreviewKind::None;
    grid.base.output.path = folder_.path() / folder;
    grid.axes = {parse_axis("seed", "3,4,5"), parse_axis("ratio", "0%,50%,100%")};
    return grid;
  }

  /// File names and what the pictures show and say.
  std::map<std::string, std::pair<Image, GenerationRequest>> pictures(const std::string& folder) const {
    std::map<std::string, std::pair<Image, GenerationRequest>> all;
    for (const auto& entry : fs::directory_iterator(folder_.path() / folder)) {
      if (entry.path().extension() != ".png" || entry.path().filename() == "grid.png") continue;
      all[entry.path().filename().string()] = {read_picture(entry.path()).image, stored_request(entry.path()).request};
    }
    return all;
  }

  test::TemporaryFolder folder_;
};

TEST_F(GridLanes, makeWhatOneMakes) {
  Lane alone;
  const GridReport one = make_grid(alone, job("one"), {}, [](const Event&) {});
  EXPECT_EQ(one.cells.size(), 9U);
  EXPECT_EQ(one.evaluations, (std::map<DenoiserName, int>{{"large", 0}, {"small", 45}})) << "15 a seed, not 18";

  Lane first;
  Lane second;
  int depth = 0;
  std::set<int> told;
  const GridReport both = make_grid({&first, &second}, job("both"), {}, [&](const Event& event) {
    EXPECT_EQ(depth++, 0) << "one thread at a time";
    if (const auto* begun = std::get_if<CellBegun>(&event)) told.insert(begun->cell);
    --depth;
  });
  EXPECT_EQ(told.size(), 9U);
  EXPECT_EQ(both.evaluations, one.evaluations);
  EXPECT_EQ(pictures("both"), pictures("one"));
  EXPECT_EQ(first.runs() + second.runs(), alone.runs());
  EXPECT_TRUE(fs::exists(both.composite));
}

TEST_F(GridLanes, takeOverFromOneThatIsLost) {
  Lane alone;
  static_cast<void>(make_grid(alone, job("one"), {}, [](const Event&) {}));
  for (const int runs : {0, 1, 2, 3}) {
    Lane steady;
    Lane lost(runs);
    const std::string folder = "lost" + std::to_string(runs);
    const GridReport report = make_grid({&steady, &lost}, job(folder), {}, [](const Event&) {});
    EXPECT_EQ(report.first_failure, ExitCode::Done);
    EXPECT_EQ(pictures(folder), pictures("one")) << runs;
  }
}

/// The steady one has nothing left to do when the other's share comes back.
TEST_F(GridLanes, takeOverFromOneThatIsLostLast) {
  GridJob grid = job("late");
  grid.axes.front() = parse_axis("seed", "3,4");
  std::atomic<int> ended{0};
  Lane steady;
  Lane lost(0, [&ended] {
    while (ended < 3) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  });
  const GridReport report = make_grid({&steady, &lost}, grid, {}, [&](const Event& event) {
    ended += std::holds_alternative<CellEnded>(event) ? 1 : 0;
  });
  EXPECT_EQ(report.first_failure, ExitCode::Done);
  EXPECT_EQ(pictures("late").size(), 6U);
}

TEST_F(GridLanes, failTheRestWhereNoneIsLeft) {
  Lane first(2);
  Lane second(0);
  const GridReport report = make_grid({&first, &second}, job("rest"), {}, [](const Event&) {});
  EXPECT_EQ(report.first_failure, ExitCode::NoEngine);
  EXPECT_FALSE(report.cancelled);
  int failed = 0;
  for (const CellEnded& cell : report.cells) {
    EXPECT_NE(cell.file.empty(), cell.error.empty());
    failed += cell.error.empty() ? 0 : 1;
  }
  EXPECT_GT(failed, 0);
}

/// What goes wrong on a lane's own thread ends the grid, never the program.
TEST_F(GridLanes, sayThatTheFolderIsGone) {
  Lane first;
  Lane second;
  const GridJob grid = job("gone");
  const GridReport report = make_grid({&first, &second}, grid, {}, [&](const Event& event) {
    if (!std::holds_alternative<EvaluationCounts>(event)) return;
    fs::remove_all(grid.base.output.path);
    std::ofstream(grid.base.output.path) << "a file";
  });
  EXPECT_EQ(report.first_failure, ExitCode::BadInput);
  for (const CellEnded& cell : report.cells) EXPECT_NE(cell.error, "") << cell.cell;
}

TEST_F(GridLanes, keepPicturesThatCannotBeSaved) {
  std::signal(SIGXFSZ, SIG_IGN);  // as the programs do
  for (const bool several : {false, true}) {
    Lane first;
    Lane second;
    GridJob grid = job(several ? "full of two" : "full");
    grid.base.request.prompt = "large";
    std::vector<Engine*> lanes{&first};
    if (several) lanes.push_back(&second);
    const test::FileSizeLimit limit(12000);
    const GridReport report = make_grid(lanes, grid, {}, [](const Event&) {});
    EXPECT_EQ(report.first_failure, ExitCode::BadInput);
    ASSERT_EQ(report.unsaved.size(), 9U);
    EXPECT_EQ(report.unsaved.front().image->width, 2048);
    EXPECT_EQ(pictures(grid.base.output.path.filename()).size(), 0U);
    for (const CellEnded& cell : report.cells) EXPECT_NE(cell.error, "") << cell.cell;
  }
}

/// Also where only what is done cannot be noted at the end.
TEST_F(GridLanes, neverThrow) {
  Lane lane;
  const GridJob grid = job("noted");
  const fs::path record = grid.base.output.path / "grid.json";
  const GridReport report = make_grid(lane, grid, {}, [&](const Event& event) {
    const auto* ended = std::get_if<CellEnded>(&event);
    if (ended == nullptr || ended->cell != 8 || fs::is_directory(record)) return;
    fs::remove(record);
    fs::create_directories(record / "in the way");
  });
  EXPECT_EQ(report.first_failure, ExitCode::BadInput);
  EXPECT_NE(report.cells.back().error, "");
  EXPECT_EQ(pictures("noted").size(), 9U);
}

TEST_F(GridLanes, sayThatTheSheetCannotBeWritten) {
  Lane lane;
  const GridJob grid = job("sheetless");
  fs::create_directories(grid.base.output.path / "grid.png" / "in the way");
  std::vector<std::string> warnings;
  const GridReport report = make_grid(lane, grid, {}, [&](const Event& event) {
    if (const auto* warning = std::get_if<Warning>(&event)) warnings.push_back(warning->text);
  });
  EXPECT_EQ(report.first_failure, ExitCode::Done);
  EXPECT_TRUE(report.composite.empty());
  EXPECT_EQ(pictures("sheetless").size(), 9U);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_TRUE(warnings.front().starts_with("The sheet of all pictures could not be written: "));
}

TEST_F(GridLanes, leaveOutACellThatIsSkipped) {
  Lane lane;
  PictureSkip skip;
  int skipped = -1;
  const GridReport report = make_grid(
      {&lane}, job("skipped"), {},
      [&](const Event& event) {
        const auto* begun = std::get_if<CellBegun>(&event);
        if (begun == nullptr || skipped >= 0 || begun->cell != 4) return;
        skipped = begun->cell;
        skip.skip(begun->cell);
      },
      &skip);
  EXPECT_FALSE(report.cancelled);
  EXPECT_EQ(report.first_failure, ExitCode::Done);
  EXPECT_TRUE(report.cells.at(4).file.empty());
  EXPECT_TRUE(report.cells.at(4).error.empty());
  EXPECT_EQ(pictures("skipped").size(), 8U);
  Lane later;
  static_cast<void>(make_grid(later, job("skipped"), {}, [](const Event&) {}));
  EXPECT_EQ(pictures("skipped").size(), 9U) << "a later sitting makes it";
  Lane alone;
  static_cast<void>(make_grid(alone, job("one"), {}, [](const Event&) {}));
  EXPECT_EQ(pictures("skipped"), pictures("one"));
}

TEST_F(GridLanes, leaveOutEveryCellThatIsSkipped) {
  Lane lane;
  PictureSkip skip;
  const GridReport report = make_grid(
      {&lane}, job("none"), {},
      [&](const Event& event) {
        if (const auto* begun = std::get_if<CellBegun>(&event)) skip.skip(begun->cell);
      },
      &skip);
  EXPECT_FALSE(report.cancelled);
  EXPECT_EQ(report.cells.size(), 9U);
  EXPECT_TRUE(pictures("none").empty());
  EXPECT_TRUE(report.composite.empty());
}

/// Tells what it is told for each run in turn.
class Timed : public Lane {
 public:
  explicit Timed(std::vector<double> seconds) : seconds_(std::move(seconds)) {}

  Outcome make(const PictureRun& run, const std::stop_token& stop, const EventSink& sink) override {
    Outcome outcome = Lane::make(run, stop, sink);
    if (auto* finished = std::get_if<Finished>(&outcome)) {
      for (SegmentTime& segment : finished->report.segments) segment.seconds = Seconds{seconds_.at(next_)};
    }
    ++next_;
    return outcome;
  }

 private:
  std::vector<double> seconds_;
  std::size_t next_ = 0;
};

TEST_F(GridLanes, tellTheMedianOfRepeatedRuns) {
  Timed lane({3, 5, 4});
  GridJob grid = job("timed");
  grid.axes = {parse_axis("seed", "3")};
  grid.repeats = 3;
  int counted = 0;
  const GridReport report = make_grid(lane, grid, {}, [&](const Event& event) {
    if (const auto* counts = std::get_if<EvaluationCounts>(&event)) {
      for (const auto& [name, count] : counts->evaluations) counted += count;
    }
  });
  EXPECT_EQ(lane.runs(), 3);
  EXPECT_EQ(counted, 18);
  EXPECT_EQ(report.cells.at(0).seconds.value, 4);
  EXPECT_EQ(read_grid_record(folder_.path() / "timed").cells.at(0).seconds, 4);
  EXPECT_EQ(report.evaluations.at("small") + report.evaluations.at("large"), 6) << "repeats make no picture";
  EXPECT_EQ(pictures("timed").size(), 1U);
}

TEST_F(GridLanes, keepTheTimesWhereARepeatFails) {
  Lane lane(2);
  GridJob grid = job("failing");
  grid.axes = {parse_axis("seed", "3")};
  grid.repeats = 5;
  std::vector<std::string> warnings;
  const GridReport report = make_grid(lane, grid, {}, [&](const Event& event) {
    if (const auto* warning = std::get_if<Warning>(&event)) warnings.push_back(warning->text);
  });
  EXPECT_EQ(report.first_failure, ExitCode::Done);
  EXPECT_EQ(pictures("failing").size(), 1U);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_TRUE(warnings.front().starts_with("The times could not be measured again: "));
}

TEST_F(GridLanes, stopTogether) {
  Lane first;
  Lane second;
  std::stop_source stop;
  const GridReport report = make_grid({&first, &second}, job("stopped"), stop.get_token(), [&](const Event& event) {
    if (std::holds_alternative<CellEnded>(event)) stop.request_stop();
  });
  EXPECT_TRUE(report.cancelled);
  Lane later;
  EXPECT_FALSE(make_grid(later, job("stopped"), {}, [](const Event&) {}).cancelled);
  EXPECT_EQ(pictures("stopped").size(), 9U);
}

}  // namespace
}  // namespace tstitch
