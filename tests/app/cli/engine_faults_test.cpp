// What breaks between the command line and an engine, in both directions: a sentence and exit code 6, soon.

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/engine/wire/frame.h"
#include "core/engine/wire/message_stream.h"
#include "core/system/child_process.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// `generate` over an engine whose output breaks so.
Ended generate_over(const std::string& fault, const std::filesystem::path& folder,
                    const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{
      "generate", "large",     "--steps", "4",        "--seed",
      "1",        "--size",    "64x64",   "--output", "out/",
      "--json",   "--profile", "profile", "--engine", "'" TSTITCH_SCRIPTED_WORKER "' " + fault};
  words.insert(words.end(), more.begin(), more.end());
  return run_program(words, folder);
}

void expect_told(const std::string& fault, const std::string& reason, const std::vector<std::string>& more = {}) {
  SCOPED_TRACE(fault);
  const ScratchFolder scratch;
  const Ended ended = generate_over(fault, scratch.path(), more);
  EXPECT_EQ(ended.exit, 6) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("\"outcome\":\"failed\""), HasSubstr("\"exit\":6"), HasSubstr(reason),
                               HasSubstr("scripted_worker")));
  EXPECT_THAT(ended.err, Not(HasSubstr("internal error")));
  const auto pictures = scratch.path() / "out";
  EXPECT_TRUE(!std::filesystem::exists(pictures) || std::filesystem::is_empty(pictures));
}

TEST(EngineFaults, aSoundOneDraws) {
  const ScratchFolder scratch;
  const Ended ended = generate_over("", scratch.path());
  EXPECT_EQ(ended.exit, 0) << ended.err;
}

/// Within what it says of itself, and in the middle of a picture that comes in pieces.
TEST(EngineFaults, whatBreaksAnEnginesOutputIsSaid) {
  for (const std::string at : {"40", "3000000"}) {
    expect_told("cut " + at, "breaks off");
    expect_told("flip " + at, "checksum");
    expect_told("zeros " + at, "broke the protocol");
    expect_told("endless " + at, "broke the protocol");
  }
  expect_told("oversized 3000000", "broke the protocol");
}

TEST(EngineFaults, anEngineThatFallsSilentIsSaid) {
  expect_told("mute", "said nothing within 1 seconds", {"--engine-wait", "1"});
  expect_told("silent 40", "does not come to its end");
}

/// What a worker prints on standard error, and how it ends, when it is given these bytes and its input stays open.
std::pair<std::string, int> worker_given(const std::string& bytes, bool closes = false) {
  const ScratchFolder scratch;
  ChildProcess worker({TSTITCH_PROGRAM, "worker", "--profile", scratch.path().string()});
  worker.input().write_all(bytes, [] { return true; });
  if (closes) worker.input().close();
  const auto ending = worker.wait(milliseconds(25000));
  char text[1000];
  const auto got = worker.errors().read_some(text, sizeof(text), milliseconds(0));
  return {std::string(text, got.value_or(0)), ending ? ending->exit_code : -1};
}

void expect_refused_by_worker(const std::string& bytes, const std::string& reason, bool closes = false) {
  SCOPED_TRACE(reason);
  const auto [said, code] = worker_given(bytes, closes);
  EXPECT_EQ(code, 6) << said;
  EXPECT_THAT(said, AllOf(HasSubstr(reason), Not(HasSubstr("internal error"))));
}

TEST(EngineFaults, whatBreaksAWorkersInputEndsIt) {
  std::string hello;
  wire::MessageWriter([&](std::string_view frame) {
    return hello += frame, true;
  }).send(wire::hello(wire::Side::Asking));
  const std::string question = wire::framed(R"({"ask":1,"question":"pairs","with":{},"attachments":[]})", {});
  std::string flipped = hello + question;
  flipped[flipped.size() - 4] ^= 8;
  expect_refused_by_worker(flipped, "checksum");
  expect_refused_by_worker(hello + question.substr(0, 20), "breaks off", true);
  expect_refused_by_worker(hello + std::string(4, '\xFF'), "a length of 4294967295 bytes");
  expect_refused_by_worker(hello + std::string(100000, 'e'), "a length of");
  expect_refused_by_worker(hello + question.substr(0, 20), "does not come to its end");
}

}  // namespace
}  // namespace tstitch::test
