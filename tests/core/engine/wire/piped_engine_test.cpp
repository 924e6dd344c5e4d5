#include "core/engine/wire/piped_engine.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "core/formats/sha256.h"
#include "core/system/child_process.h"
#include "tests/support/engine_contract.h"
#include "tests/support/scripted_engine.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

using std::chrono::milliseconds;
using test::ScriptedEngine;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

const std::string kWorker = TSTITCH_SCRIPTED_WORKER;

PipedEngineOptions options_for(const std::string& words = {}) {
  PipedEngineOptions options;
  options.command = "'" + kWorker + "' " + words;
  return options;
}

/// What the engine's library says when it is asked.
std::string refusal(PipedEngine& engine) {
  try {
    (void)engine.pairs();
  } catch (const EngineUnavailable& problem) {
    EXPECT_EQ(problem.code(), ExitCode::NoEngine);
    return problem.sentence();
  }
  return "answered";
}

std::string refusal(const PipedEngineOptions& options) {
  return refusal(*make_piped_engine(options));
}

void expect_no_children() {
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a process that nobody waited for";
}

GenerationRequest request_of(const std::string& prompt) {
  GenerationRequest request = ScriptedEngine::request();
  request.prompt = prompt;
  return request;
}

TEST(EngineContract, heldByTheScriptedEngine) {
  ScriptedEngine engine;
  test::expect_engine_contract(engine, ScriptedEngine::request(), request_of("wait"));
}

TEST(EngineContract, heldByTheScriptedEngineBehindAPipe) {
  const auto engine = make_piped_engine(options_for());
  test::expect_engine_contract(*engine, ScriptedEngine::request(), request_of("wait"));
}

TEST(PipedEngine, answersAreThoseOfTheEngineItself) {
  const auto piped = make_piped_engine(options_for());
  ScriptedEngine here;
  const GenerationRequest request = ScriptedEngine::request();
  ASSERT_EQ(piped->pairs().size(), 1U);
  EXPECT_EQ(piped->pairs()[0].small, here.pairs()[0].small);
  EXPECT_EQ(piped->pairs()[0].defaults, here.pairs()[0].defaults);
  const Catalog catalog = piped->catalog();
  ASSERT_EQ(catalog.models.size(), 2U);
  EXPECT_EQ(catalog.models[0].place, "/models/large");
  EXPECT_FALSE(catalog.models[1].place);
  ASSERT_EQ(catalog.parts.size(), 1U);
  EXPECT_EQ(catalog.parts[0].purpose, "a LoRA");
  EXPECT_EQ(catalog.problems, here.catalog().problems);
  const FoundModels found = piped->found_models({"/models/\xFF", "b"});
  EXPECT_EQ(found.folders, here.found_models({"/models/\xFF", "b"}).folders);
  EXPECT_EQ(found.models, here.found_models({}).models);
  EXPECT_EQ(found.headers_read, 2);
  EXPECT_FALSE(found.complete);
  EXPECT_EQ(piped->measured_pairs(), here.measured_pairs());
  RunSettings measured;
  measured.threads = 3;
  measured.precision = Precision::Auto;
  EXPECT_EQ(piped->measured_precisions(measured), here.measured_precisions(measured));
  EXPECT_EQ(piped->measured_precisions(measured).size(), 2U);
  EXPECT_EQ(piped->find_model("x", PairRole::Small), "/models/small/x");
  EXPECT_EQ(piped->locate(request).denoisers[0].model.location, "/models/small");
  EXPECT_EQ(piped->inspect("/models/a").scheduler->trained_betas, here.inspect("/models/a").scheduler->trained_betas);
  RunSettings cpu;
  cpu.device = DeviceKind::Cpu;
  EXPECT_THAT(piped->fast_precisions(cpu), ElementsAre(Precision::Fp32));
  EXPECT_EQ(piped->plan(request, {}).measured.text, 0.1 + 0.2);
  const BenchReport::Denoiser times = piped->bench(request, {}, BenchDetail::Times, {}, {}).denoisers.at("large");
  EXPECT_EQ(times.seconds_per_step, 1.0 / 3.0);
  EXPECT_FALSE(times.profile);
  const BenchReport::Denoiser seen = piped->bench(request, {}, BenchDetail::Operators, {}, {}).denoisers.at("large");
  ASSERT_TRUE(seen.profile && seen.profile->operators.size() == 2);
  EXPECT_EQ(seen.profile->seconds, 0.5);
  EXPECT_EQ(seen.profile->operators[0].name, "linear");
  EXPECT_EQ(seen.profile->operators[0].calls, 3);
  EXPECT_EQ(seen.profile->operators[0].seconds, 0.1 + 0.2);
  EXPECT_EQ(seen.profile->operators[0].flop, 1e12);
  EXPECT_THROW((void)piped->plan(request_of("misfit"), {}), IncompatibleModels);
  const Outcome failed = piped->make(test::run_of(request_of("fail")), {}, {});
  EXPECT_EQ(test::sentence_of(failed), "large: 16 GiB are needed. Choose a smaller size.");
  EXPECT_EQ(std::get<Failed>(failed).code, ExitCode::OutOfMemory);
}

TEST(PipedEngine, picturesAreEqualToTheBitAndNameTheEngine) {
  const auto piped = make_piped_engine(options_for());
  ScriptedEngine here;
  for (const char* prompt : {"3d fox", "large"}) {
    PictureRun run = test::run_of(request_of(prompt));
    run.wants_latents = true;
    run.wants_record = true;
    run.initial_noise = HostTensor{{1, 4, 512, 512}, std::vector<float>(std::size_t{1} << 20U, 0.5F)};
    const Outcome there = piped->make(run, {}, {});
    const Outcome local = here.make(run, {}, [](const Event&) {});
    EXPECT_EQ(test::picture_of(there), test::picture_of(local));
    EXPECT_EQ(report_of(there).picture->latents, report_of(local).picture->latents);
    EXPECT_EQ(report_of(there).picture->request, report_of(local).picture->request);
    Made made = report_of(there).picture->made;
    EXPECT_EQ(made.engine, options_for().command);
    made.engine.clear();
    EXPECT_EQ(made, report_of(local).picture->made);
  }
}

TEST(PipedEngine, saysWhyItIsNotToBeHad) {
  PipedEngineOptions options;
  options.command = "/nowhere/at/all worker";
  EXPECT_THAT(refusal(options), AllOf(HasSubstr("\"/nowhere/at/all worker\""), HasSubstr("could not be started"),
                                      HasSubstr("No such file")));
  EXPECT_THAT(refusal(options_for("exit 7")),
              AllOf(HasSubstr("ended with exit code 7 before its first word"), HasSubstr("has begun")));
  EXPECT_THAT(refusal(options_for("version")), HasSubstr("speaks version 999"));
  options.command = "echo hello";
  EXPECT_THAT(refusal(options), HasSubstr("broke the protocol"));
  options.command = "cat";
  EXPECT_THAT(refusal(options), HasSubstr("not that of the engine side"));
  options.command = "true";
  EXPECT_THAT(refusal(options), HasSubstr("before its first word"));
  options = options_for("mute");
  options.first_word = milliseconds(300);
  EXPECT_THAT(refusal(options), HasSubstr("said nothing within 0.3 seconds"));
  options.command = "";
  EXPECT_THROW(make_piped_engine(options), UsageError);
  expect_no_children();
}

TEST(PipedEngine, itsStandardErrorComesLineByLine) {
  std::mutex mutex;
  std::vector<std::string> lines;
  PipedEngineOptions options = options_for();
  options.on_line = [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    lines.push_back(line);
  };
  make_piped_engine(options)->start();
  EXPECT_THAT(lines, ElementsAre("this is no frame", "the worker [31m has begun"));
}

/// What comes of a run when the engine's output breaks after so many bytes, each time anew.
std::string broken_run(const std::string& fault) {
  PipedEngineOptions options = options_for(fault);
  if (fault.starts_with("silent")) {
    options.silence = milliseconds(500);
    options.frame_patience = milliseconds(500);
  }
  const auto engine = make_piped_engine(options);
  std::string warning;
  const Outcome outcome = engine->make(test::run_of(request_of("large")), {}, [&](const Event& event) {
    if (const auto* told = std::get_if<Warning>(&event)) warning = told->text;
  });
  EXPECT_TRUE(std::holds_alternative<Failed>(outcome)) << fault;
  if (!std::holds_alternative<Failed>(outcome)) return "finished";
  EXPECT_EQ(std::get<Failed>(outcome).code, ExitCode::NoEngine);
  EXPECT_THAT(warning, HasSubstr("begins anew")) << fault;
  return test::sentence_of(outcome);
}

TEST(PipedEngine, whateverBreaksItsOutputEndsInASentence) {
  EXPECT_THAT(broken_run("flip 5000"), AllOf(HasSubstr("checksum"), HasSubstr("second time")));
  EXPECT_THAT(broken_run("cut 5000"), HasSubstr("breaks off"));
  EXPECT_THAT(broken_run("endless 5000"), HasSubstr("broke the protocol"));
  EXPECT_THAT(broken_run("zeros 2500000"), HasSubstr("broke the protocol"));
  EXPECT_THAT(broken_run("oversized 2000000"), HasSubstr("broke the protocol"));
  EXPECT_THAT(broken_run("silent 5000"),
              testing::AnyOf(HasSubstr("does not come to its end"), HasSubstr("silent for")));
  expect_no_children();
}

TEST(PipedEngine, aCrashInARunIsMadeGoodOnce) {
  const test::TemporaryFolder folder;
  for (const int signal : {SIGKILL, SIGSEGV, SIGABRT}) {
    std::vector<EngineState> states;
    PipedEngineOptions options = options_for();
    options.on_state = [&](EngineState state, const std::string&) { states.push_back(state); };
    const auto engine = make_piped_engine(options);
    GenerationRequest request = request_of("crash " + std::to_string(signal));
    request.negative_prompt = (folder.path() / std::to_string(signal)).string();
    std::vector<std::string> warnings;
    const Outcome outcome = engine->make(test::run_of(request), {}, [&](const Event& event) {
      if (const auto* told = std::get_if<Warning>(&event)) warnings.push_back(told->text);
    });
    ScriptedEngine here;
    EXPECT_EQ(test::picture_of(outcome), test::picture_of(here.make(test::run_of(request), {}, [](const Event&) {})));
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_THAT(warnings[0], HasSubstr("was ended by signal " + std::to_string(signal)));
    EXPECT_THAT(states, ElementsAre(EngineState::Starting, EngineState::Ready, EngineState::Lost, EngineState::Starting,
                                    EngineState::Ready));
  }
  expect_no_children();
}

/// Whoever hears of a loss may start it again at once, from another thread.
TEST(PipedEngine, aStartThatFollowsALossStartsItAnew) {
  std::vector<EngineState> states;
  std::promise<void> lost;
  std::future<void> starting;
  std::unique_ptr<PipedEngine> engine;
  PipedEngineOptions options = options_for("cut 500");  // after some beats
  options.on_state = [&](EngineState state, const std::string&) {
    states.push_back(state);
    if (state != EngineState::Lost || starting.valid()) return;
    starting = std::async(std::launch::async, [&] { engine->start(); });
    std::this_thread::sleep_for(milliseconds(100));  // it is still being told
    lost.set_value();
  };
  engine = make_piped_engine(options);
  engine->start();
  lost.get_future().get();
  starting.get();
  engine.reset();
  EXPECT_GE(std::count(states.begin(), states.end(), EngineState::Ready), 2);
}

TEST(PipedEngine, aQuestionToTheLibraryIsAskedOnceMore) {
  const test::TemporaryFolder folder;
  const auto engine = make_piped_engine(options_for());
  GenerationRequest request = request_of("die in plan");
  request.negative_prompt = (folder.path() / "mark").string();
  EXPECT_EQ(engine->plan(request, {}).evaluations.size(), 6U);
  request.negative_prompt.reset();
  EXPECT_THROW((void)engine->plan(request, {}), EngineUnavailable);
}

TEST(PipedEngine, diesWithTheProgramThatStartedIt) {
  long inner = 0;
  {
    ChildProcess between({kWorker, "parent"});
    char bytes[32];
    const auto got = between.output().read_some(bytes, sizeof(bytes), milliseconds(20000));
    ASSERT_TRUE(got && *got > 0);
    for (std::size_t i = 0; i < *got && bytes[i] != '\n'; ++i) inner = inner * 10 + (bytes[i] - '0');
    EXPECT_EQ(::kill(static_cast<pid_t>(inner), 0), 0);
  }  // killed, with its own group only
  for (int i = 0; i < 2000 && ::kill(static_cast<pid_t>(inner), 0) == 0; ++i) {
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_NE(::kill(static_cast<pid_t>(inner), 0), 0);
}

TEST(PipedEngine, aSecondCrashInARunIsTheEndOfIt) {
  const auto engine = make_piped_engine(options_for());
  const Outcome outcome = engine->make(test::run_of(request_of("crash 9")), {}, [](const Event&) {});
  ASSERT_TRUE(std::holds_alternative<Failed>(outcome));
  EXPECT_EQ(std::get<Failed>(outcome).code, ExitCode::NoEngine);
  EXPECT_THAT(test::sentence_of(outcome), AllOf(HasSubstr("SIGKILL"), HasSubstr("second time"), HasSubstr(kWorker)));
  test::picture_of(engine->make(test::run_of(request_of("3d fox")), {}, [](const Event&) {}));
}

TEST(PipedEngine, afterThreeCrashesItWaitsToBeAsked) {
  PipedEngineOptions options = options_for();
  options.most_crashes = 3;
  const auto engine = make_piped_engine(options);
  for (int i = 0; i < 2; ++i) (void)engine->make(test::run_of(request_of("crash 9")), {}, [](const Event&) {});
  EXPECT_THAT(refusal(*engine), AllOf(HasSubstr("lost 3 times"), HasSubstr("until that is asked for")));
  engine->restart();
  EXPECT_EQ(refusal(*engine), "answered");
  test::expect_same_picture_twice(*engine, ScriptedEngine::request());
}

TEST(PipedEngine, aStopIsHeardAlsoWhereTheEngineIsLost) {
  const auto engine = make_piped_engine(options_for());
  std::stop_source stop;
  const Outcome stopped = engine->make(test::run_of(request_of("wait")), stop.get_token(), [&](const Event& event) {
    if (std::holds_alternative<StepBegun>(event)) stop.request_stop();
  });
  EXPECT_TRUE(std::holds_alternative<Cancelled>(stopped));
  std::stop_source second;
  const Outcome lost = engine->make(test::run_of(request_of("crash 9")), second.get_token(), [&](const Event& event) {
    // What it said last may be lost with it; that it was lost is always told.
    if (std::holds_alternative<StepBegun>(event) || std::holds_alternative<Warning>(event)) second.request_stop();
  });
  EXPECT_TRUE(std::holds_alternative<Cancelled>(lost)) << test::sentence_of(lost);
}

TEST(PipedEngine, whoeverWaitsHearsThatItIsClosed) {
  PipedEngineOptions options = options_for("mute");
  options.first_word = milliseconds(0);
  const auto engine = make_piped_engine(options);
  std::string said;
  std::thread asking([&] { said = refusal(*engine); });
  std::this_thread::sleep_for(milliseconds(50));
  engine->close();
  asking.join();
  EXPECT_THAT(said, HasSubstr("is closed"));
  EXPECT_THAT(refusal(*engine), HasSubstr("is closed"));
}

/// Files that the asking side has and the engine reads, as `same` or copied, as it is on another machine.
class SentFilesTest : public testing::Test {
 protected:
  GenerationRequest request_with_files() {
    GenerationRequest request = ScriptedEngine::request();
    request.loras.emplace_back().model.location = folder_.write("loras/style/fox.safetensors", "lora bytes");
    folder_.write("loras/style/adapter_config.json", "{}");
    request.controls.emplace_back().picture.location = folder_.write("room.png", std::string(5 << 20, 'p'));
    request.embeddings.emplace_back().model.location = folder_.write("empty.pt", "");
    request.embeddings.back().word = "word";
    return request;
  }
  test::TemporaryFolder folder_;
};

TEST_F(SentFilesTest, filesOfTheSameMachineAreNotCopied) {
  const auto engine = make_piped_engine(options_for("--shelf " + (folder_.path() / "shelf").string()));
  const GenerationRequest request = request_with_files();
  const RunPlan plan = engine->plan(request, {});
  EXPECT_EQ(plan.notes[0], "reads " + request.loras[0].model.location.string());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "shelf"));
}

TEST_F(SentFilesTest, otherFilesAreSentOnceAndNamedAsTheyWereGiven) {
  const std::filesystem::path shelf = folder_.path() / "shelf";
  const auto engine = make_piped_engine(options_for("--shelf " + shelf.string() + " elsewhere"));
  const GenerationRequest request = request_with_files();
  for (int i = 0; i < 2; ++i) {
    const GenerationRequest identified = engine->identify(request, {});
    EXPECT_EQ(identified.loras[0].model.files[0].sha256, sha256_of("lora bytes"));
    EXPECT_EQ(identified.controls[0].picture.sha256, hashed_file(request.controls[0].picture.location).sha256);
    EXPECT_EQ(identified.loras[0].model.location, request.loras[0].model.location);
    EXPECT_EQ(identified.controls[0].picture.location, request.controls[0].picture.location);
    EXPECT_EQ(engine->plan(request, {}).notes[0], "reads " + request.loras[0].model.location.string());
  }
  std::vector<std::string> kept;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(shelf)) {
    if (entry.is_regular_file()) kept.push_back(entry.path().string());
  }
  EXPECT_EQ(kept.size(), 4U);
  EXPECT_THAT(kept, Contains(EndsWith("/loras/style/fox.safetensors")));
  EXPECT_THAT(kept, Contains(EndsWith("/loras/style/adapter_config.json")));
  EXPECT_EQ(engine->embedding_word(request.loras[0].model.location, {"x"}), "lora bytesx");
  ControlChoice control;
  control.picture.location = request.controls[0].picture.location;
  EXPECT_EQ(engine->control_map(control, {2, 2}, {}).rgb.size(), 12U);
  test::picture_of(engine->make(test::run_of(request), {}, [](const Event&) {}));
}

TEST_F(SentFilesTest, aChangedFileIsSentAnew) {
  const auto engine = make_piped_engine(options_for("--shelf " + (folder_.path() / "shelf").string() + " elsewhere"));
  const std::filesystem::path file = folder_.write("word.pt", "first");
  EXPECT_EQ(engine->embedding_word(file, {}), "first");
  folder_.write("word.pt", "second!");
  EXPECT_EQ(engine->embedding_word(file, {}), "second!");
}

TEST_F(SentFilesTest, whatIsNotHereIsTheEnginesOwn) {
  const auto engine = make_piped_engine(options_for());
  GenerationRequest request = ScriptedEngine::request();
  request.loras.emplace_back().model.location = "/nowhere/lora.safetensors";
  try {
    (void)engine->plan(request, {});
    FAIL();
  } catch (const BadInput& problem) {
    EXPECT_EQ(problem.where(), "/nowhere/lora.safetensors");
  }
}

}  // namespace
}  // namespace tstitch
