#pragma once

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/engine/engine.h"

/// What every Engine does, the one that computes here and the one behind a pipe alike. Each function takes an engine
/// and a request that it can make.
namespace tstitch::test {

inline PictureRun run_of(const GenerationRequest& request) {
  PictureRun run;
  run.request = request;
  run.preview.kind = PreviewKind::None;
  return run;
}

inline std::string sentence_of(const Outcome& outcome) {
  const auto* failed = std::get_if<Failed>(&outcome);
  return failed == nullptr ? "" : failed->where + ": " + failed->what + " " + failed->hint;
}

/// The picture of a run, which must have ended in one.
inline Image picture_of(const Outcome& outcome) {
  EXPECT_TRUE(std::holds_alternative<Finished>(outcome)) << sentence_of(outcome);
  const RunReport& report = report_of(outcome);
  return report.picture && report.picture->image ? *report.picture->image : Image{};
}

inline void expect_same_picture_twice(Engine& engine, const GenerationRequest& request) {
  std::vector<int> steps;
  const std::thread::id here = std::this_thread::get_id();
  const EventSink sink = [&](const Event& event) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    if (const auto* done = std::get_if<StepDone>(&event)) steps.push_back(done->evaluation.value);
  };
  const Image first = picture_of(engine.make(run_of(request), {}, sink));
  EXPECT_GT(first.rgb.size(), 0U);
  for (std::size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(steps[i], static_cast<int>(i));
  EXPECT_EQ(steps.size(), engine.plan(request, {}).evaluations.size());
  EXPECT_EQ(picture_of(engine.make(run_of(request), {}, [](const Event&) {})), first);
}

inline void expect_kept_states_go_on(Engine& engine, const GenerationRequest& request) {
  const Image whole = picture_of(engine.make(run_of(request), {}, [](const Event&) {}));
  PictureRun prefix = run_of(request);
  prefix.until = StepIndex{2};
  prefix.keep = 7;
  prefix.more_follow = true;
  const Outcome begun = engine.make(prefix, {}, [](const Event&) {});
  EXPECT_TRUE(std::holds_alternative<Finished>(begun)) << sentence_of(begun);
  EXPECT_FALSE(report_of(begun).picture);
  PictureRun rest = run_of(request);
  rest.from = 7;
  int first = -1;
  const Outcome ended = engine.make(rest, {}, [&](const Event& event) {
    const auto* done = std::get_if<StepDone>(&event);
    if (done != nullptr && first < 0) first = done->evaluation.value;
  });
  EXPECT_EQ(picture_of(ended), whole);
  EXPECT_GT(first, 0);
  engine.forget(7);
  engine.forget(8);
  EXPECT_EQ(picture_of(engine.make(rest, {}, [](const Event&) {})), whole);
}

inline void expect_trails_go_on(Engine& engine, const GenerationRequest& request) {
  PictureRun run = run_of(request);
  run.trail = StateTrail{1000, false};
  const Image whole = picture_of(engine.make(run, {}, [](const Event&) {}));
  run.trail->goes_on = true;
  int first = -1;
  const EventSink sink = [&](const Event& event) {
    const auto* done = std::get_if<StepDone>(&event);
    if (done != nullptr && first < 0) first = done->evaluation.value;
  };
  EXPECT_EQ(picture_of(engine.make(run, {}, sink)), whole);
  EXPECT_NE(first, 0);
  for (int step = 0; step <= request.steps; ++step) engine.forget(1000 + static_cast<StateId>(step));
  first = -1;
  EXPECT_EQ(picture_of(engine.make(run, {}, sink)), whole);
  EXPECT_EQ(first, 0);
}

/// What was let go is loaded again, and the picture is the same.
inline void expect_frees_memory(Engine& engine, const GenerationRequest& request) {
  engine.free_memory();
  const Image first = picture_of(engine.make(run_of(request), {}, [](const Event&) {}));
  engine.free_memory();
  EXPECT_EQ(picture_of(engine.make(run_of(request), {}, [](const Event&) {})), first);
}

/// Tables that came over a border count as the engine's own tokenizers do.
inline void expect_tokenizers_count(Engine& engine, const GenerationRequest& request) {
  const std::vector<TokenizerTables> tables = engine.tokenizers(request);
  ASSERT_FALSE(tables.empty());
  const BpeTokenizer tokenizer(tables.front());
  EXPECT_FALSE(tokenizer.encode("fox").empty());
  EXPECT_EQ(tokenizer.tables().symbols, tables.front().symbols);
  EXPECT_EQ(tokenizer.tables().merges, tables.front().merges);
}

inline void expect_stops(Engine& engine, const GenerationRequest& request) {
  std::stop_source before;
  before.request_stop();
  EXPECT_TRUE(std::holds_alternative<Cancelled>(engine.make(run_of(request), before.get_token(), [](const Event&) {})));
  std::stop_source within;
  const Outcome outcome = engine.make(run_of(request), within.get_token(), [&](const Event& event) {
    if (std::holds_alternative<StepBegun>(event)) within.request_stop();
  });
  EXPECT_TRUE(std::holds_alternative<Cancelled>(outcome)) << sentence_of(outcome);
  EXPECT_FALSE(report_of(outcome).picture);
}

inline void expect_library_answers_during_a_run(Engine& engine, const GenerationRequest& request) {
  std::atomic<int> answers = 0;
  std::future<void> asking;
  const Outcome outcome = engine.make(run_of(request), {}, [&](const Event& event) {
    if (!std::holds_alternative<StepBegun>(event) || asking.valid()) return;
    asking = std::async(std::launch::async, [&] {
      answers += engine.plan(request, {}).evaluations.empty() ? 0 : 1;
      answers += engine.pairs().size() < 1000 ? 1 : 0;
    });
  });
  ASSERT_TRUE(asking.valid()) << sentence_of(outcome);
  asking.get();
  EXPECT_EQ(answers, 2);
}

inline void expect_refusals(Engine& engine, GenerationRequest request) {
  EXPECT_THROW((void)engine.find_model("/nowhere/at all", PairRole::Large), BadInput);
  const GenerationRequest fine = request;
  request.steps = 0;
  EXPECT_THROW((void)engine.plan(request, {}), UsageError);
  const Outcome outcome = engine.make(run_of(request), {}, [](const Event&) {});
  ASSERT_TRUE(std::holds_alternative<Failed>(outcome));
  EXPECT_EQ(std::get<Failed>(outcome).code, ExitCode::Usage);
  const std::vector<PlanAnswer> answers = engine.plan_all(fine, {fine, request, fine}, {});
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_TRUE(answers[0].plan && answers[2].plan);
  ASSERT_TRUE(answers[1].problem);
  EXPECT_EQ(answers[1].problem->code(), ExitCode::Usage);
}

/// What lies in a folder is told, and one that is not there is told as that.
inline void expect_folders_are_searched(Engine& engine) {
  const FoundModels found = engine.found_models({"/nowhere/at all"});
  ASSERT_FALSE(found.folders.empty());
  EXPECT_EQ(found.folders.front().path, "/nowhere/at all");
  EXPECT_TRUE(found.folders.front().own);
  EXPECT_FALSE(found.folders.front().here);
}

/// `slow` is one that takes longer than a stop takes to be heard.
inline void expect_engine_contract(Engine& engine, const GenerationRequest& request, const GenerationRequest& slow) {
  expect_same_picture_twice(engine, request);
  expect_kept_states_go_on(engine, request);
  expect_trails_go_on(engine, request);
  expect_frees_memory(engine, request);
  expect_tokenizers_count(engine, request);
  expect_stops(engine, slow);
  expect_library_answers_during_a_run(engine, request);
  expect_folders_are_searched(engine);
  expect_refusals(engine, request);
}

}  // namespace tstitch::test
