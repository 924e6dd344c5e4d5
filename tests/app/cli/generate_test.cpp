#include <csignal>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/image/image_file.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A short run of the bundled pair, into `out/`, with caches of its own.
std::vector<std::string> short_run(const std::vector<std::string>& more) {
  std::vector<std::string> words{"generate", "3d fox", "--steps", "5", "--seed", "3", "--profile", "profile", "--json"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

std::vector<std::uint8_t> pixels(const fs::path& file) {
  return read_picture(file).image.rgb;
}

TEST(Generate, makesAStitchedPictureOfTheBundledPair) {
  const ScratchFolder scratch;
  const Ended ended = run_program(short_run({"--ratio", "40%", "--output", "out/"}), scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const std::vector<json> lines = lines_of(ended.out);
  const json& outcome = lines.back();
  EXPECT_EQ(outcome["outcome"], "finished");
  ASSERT_EQ(outcome["segments"].size(), 2U);
  EXPECT_EQ(outcome["segments"][0]["model"], "small");
  EXPECT_EQ(outcome["segments"][0]["steps"], 2);
  EXPECT_EQ(outcome["segments"][1]["steps"], 3);
  int steps = 0;
  for (const json& line : lines) steps += line.value("event", "") == "step" ? 1 : 0;
  EXPECT_EQ(steps, 5);
  const fs::path file = outcome["images"][0]["file"].get<std::string>();
  EXPECT_TRUE(file.is_absolute());
  const Image image = read_picture(file).image;
  EXPECT_EQ(image.width, 128);
  EXPECT_EQ(image.height, 128);
  EXPECT_EQ(std::set<std::uint8_t>(image.rgb.begin(), image.rgb.end()).size() > 20, true);
}

TEST(Generate, makesTheSamePixelsFromItsOwnPicture) {
  const ScratchFolder scratch;
  ASSERT_EQ(run_program(short_run({"--output", "a.png"}), scratch.path()).exit, 0);
  const Ended again =
      run_program({"generate", "--from", "a.png", "--profile", "profile", "--output", "b.png"}, scratch.path());
  ASSERT_EQ(again.exit, 0) << again.err;
  EXPECT_EQ(pixels(scratch.path() / "a.png"), pixels(scratch.path() / "b.png"));
  const Ended other = run_program(
      {"generate", "--from", "a.png", "--seed", "4", "--profile", "profile", "--output", "c.png"}, scratch.path());
  ASSERT_EQ(other.exit, 0) << other.err;
  EXPECT_NE(pixels(scratch.path() / "a.png"), pixels(scratch.path() / "c.png"));
}

TEST(Generate, finishesPicturesByTheirSeeds) {
  const ScratchFolder scratch;
  ASSERT_EQ(run_program(short_run({"--count", "2", "--output", "out/"}), scratch.path()).exit, 0);
  ASSERT_EQ(run_program(short_run({"--seed", "4", "--output", "four.png"}), scratch.path()).exit, 0);
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(scratch.path() / "out")) files.insert(entry.path());
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(pixels(*files.rbegin()), pixels(scratch.path() / "four.png"));
}

TEST(Generate, neverOverwrites) {
  const ScratchFolder scratch;
  ASSERT_EQ(run_program(short_run({"--output", "a.png"}), scratch.path()).exit, 0);
  const auto before = pixels(scratch.path() / "a.png");
  EXPECT_EQ(run_program(short_run({"--output", "a.png", "--seed", "9"}), scratch.path()).exit, 2);
  EXPECT_EQ(pixels(scratch.path() / "a.png"), before);
}

TEST(Generate, stopsAtASignalAndLeavesNothingHalf) {
  const ScratchFolder scratch;
  for (const int signal : {SIGINT, SIGTERM}) {
    const Ended ended = interrupt_program(short_run({"--steps", "400", "--output", "out/"}), scratch.path(),
                                          "\"event\":\"step\"", signal);
    EXPECT_EQ(ended.exit, 130) << ended.err;
    EXPECT_EQ(lines_of(ended.out).back()["outcome"], "cancelled");
    if (fs::exists(scratch.path() / "out")) {
      EXPECT_TRUE(fs::is_empty(scratch.path() / "out"));
    }
  }
}

TEST(Generate, namesWhatIsMissing) {
  const ScratchFolder scratch;
  const Ended ended = run_program(short_run({"--large", "nowhere"}), scratch.path());
  EXPECT_EQ(ended.exit, 3);
  EXPECT_NE(ended.err.find("nowhere"), std::string::npos) << ended.err;
  EXPECT_EQ(lines_of(ended.out).back()["error"]["exit"], 3);
}

TEST(Generate, plansAndInspectsTheSamePair) {
  const ScratchFolder scratch;
  const Ended plan =
      run_program({"plan", "--sampler", "pndm", "--ratio", "40%", "--profile", "profile", "--json"}, scratch.path());
  ASSERT_EQ(plan.exit, 0) << plan.err;
  const json planned = lines_of(plan.out).back();
  // The pair's config does not name skip_prk_steps, and PNDM's class default is a Runge-Kutta start: nine more.
  EXPECT_EQ(planned["evaluations"], 34);
  EXPECT_EQ(planned["segments"][0]["steps"], 13);
  EXPECT_TRUE(planned["segments"][0]["seconds"].is_null());
  const Ended inspect = run_program({"inspect", "miniature/large", "miniature/small/unet", "--json"}, scratch.path());
  ASSERT_EQ(inspect.exit, 0) << inspect.err;
  const auto facts = lines_of(inspect.out);
  ASSERT_EQ(facts.size(), 3U);
  EXPECT_EQ(facts[0]["prediction"], "v_prediction");
  EXPECT_EQ(facts[2]["stitch"], true);
}

}  // namespace
}  // namespace tstitch::test
