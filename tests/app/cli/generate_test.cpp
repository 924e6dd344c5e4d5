#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/image/image_file.h"
#include "tests/app/cli/model_copy.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A short run of the bundled pair, into `out/`, with caches of its own.
std::vector<std::string> short_run(const std::vector<std::string>& more) {
  std::vector<std::string> words{"generate", "3d fox", "--steps",   "5",       "--seed", "3",
                                 "--size",   "64x64",  "--profile", "profile", "--json"};
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
  EXPECT_EQ(image.width, 64);
  EXPECT_EQ(image.height, 64);
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

TEST(Generate, tellsARandomSeedBeforeTheRun) {
  const ScratchFolder scratch;
  const std::vector<std::string> words{"generate", "fox",   "--steps",   "1",       "--ratio",  "1",
                                       "--size",   "64x64", "--profile", "profile", "--output", "out/"};
  std::vector<std::string> json_words = words;
  json_words.emplace_back("--json");
  const std::vector<json> lines = lines_of(run_program(json_words, scratch.path()).out);
  ASSERT_EQ(lines.front().value("event", ""), "seed");
  EXPECT_EQ(lines.front()["seed"], lines.back()["images"][0]["seed"]);
  const Ended text = run_program(words, scratch.path());
  ASSERT_EQ(text.exit, 0) << text.err;
  ASSERT_TRUE(text.err.starts_with("seed ")) << text.err;
  const std::string seed = text.err.substr(5, text.err.find('\n') - 5);
  EXPECT_NE(text.err.find("(seed " + seed + ")"), std::string::npos) << text.err;
  json_words.insert(json_words.end(), {"--seed", "5"});
  EXPECT_NE(lines_of(run_program(json_words, scratch.path()).out).front().value("event", ""), "seed");
}

/// Whatever is wrong, what was asked stands in the outcome as far as it can be understood.
TEST(Generate, reportsWhatWasAskedWhenItFails) {
  const ScratchFolder scratch;
  const std::vector<std::pair<std::vector<std::string>, int>> wrong = {
      {{"--large", "nowhere"}, 3}, {{"--pair", "nothing"}, 3}, {{"--sampler", "magic"}, 2},
      {{"--threads", "0"}, 2},     {{"--rule", "none"}, 2},    {{"--from", "nowhere.png"}, 3},
  };
  for (const auto& [option, exit] : wrong) {
    SCOPED_TRACE(option[0]);
    std::vector<std::string> words = short_run({"--guidance", "2.5", "--negative", "blue"});
    words.insert(words.begin() + 1, option.begin(), option.end());
    const Ended ended = run_program(words, scratch.path());
    EXPECT_EQ(ended.exit, exit) << ended.err;
    const json outcome = lines_of(ended.out).back();
    EXPECT_EQ(outcome["outcome"], "failed");
    EXPECT_EQ(outcome["error"]["exit"], exit);
    EXPECT_NE(ended.err.find(outcome["error"]["what"].get<std::string>()), std::string::npos);
    EXPECT_EQ(outcome["request"]["prompt"], "3d fox");
    EXPECT_EQ(outcome["request"]["negative_prompt"], "blue");
    EXPECT_EQ(outcome["request"]["steps"], 5);
    EXPECT_EQ(outcome["request"]["seed"], 3);
    EXPECT_EQ(outcome["request"]["guidance_scale"], 2.5);
    EXPECT_TRUE(outcome["images"].empty());
  }
}

TEST(Generate, namesEveryKnownModel) {
  const ScratchFolder scratch;
  const PairCopy mine(scratch.path() / "profile" / "data" / "models" / "m");
  std::ofstream(scratch.path() / "profile" / "data" / "models" / "mine.json")
      << R"({"manifest":1,"name":"mine","title":"Mine","large":"m/large","small":"m/small/unet"})";
  for (const char* option : {"--large", "--small", "--pair", "--vae"}) {
    const Ended ended = run_program(short_run({option, "nowhere"}), scratch.path());
    EXPECT_EQ(ended.exit, 3) << ended.err;
    for (const char* name : {"nowhere", "miniature", "mine"}) {
      EXPECT_NE(ended.err.find(name), std::string::npos) << ended.err;
    }
  }
  EXPECT_EQ(run_program({"plan", "--pair", "mine", "--profile", "profile"}, scratch.path()).exit, 0);
  EXPECT_EQ(
      run_program({"plan", "--large", "mine", "--small", "m/small/unet", "--profile", "profile"}, scratch.path()).exit,
      0);
}

/// Models that the picture names, but that are given, need not be found.
TEST(Generate, takesGivenModelsInPlaceOfThePictures) {
  const ScratchFolder scratch;
  const PairCopy pair(scratch.path() / "m");
  pair.change_tensors(kSmallWeights, [](StoredTensors& tensors) { tensors.at("conv_in.bias").bytes[0] ^= 1; });
  ASSERT_EQ(run_program(short_run({"--small", "m/small/unet", "--output", "a.png"}), scratch.path()).exit, 0);
  fs::remove_all(scratch.path() / "m");
  const std::vector<std::string> again{"generate", "--from", "a.png", "--profile", "profile", "--output", "b.png"};
  const Ended unknown = run_program(again, scratch.path());
  EXPECT_EQ(unknown.exit, 3);
  EXPECT_NE(unknown.err.find("SHA-256"), std::string::npos) << unknown.err;
  std::vector<std::string> given = again;
  given.insert(given.end(), {"--small", "miniature"});
  const Ended ended = run_program(given, scratch.path());
  EXPECT_EQ(ended.exit, 0) << ended.err;
}

TEST(Generate, plansTheSamePair) {
  const ScratchFolder scratch;
  const Ended plan =
      run_program({"plan", "--sampler", "pndm", "--ratio", "40%", "--profile", "profile", "--json"}, scratch.path());
  ASSERT_EQ(plan.exit, 0) << plan.err;
  const json planned = lines_of(plan.out).back();
  // The pair's config does not name skip_prk_steps, and PNDM's class default is a Runge-Kutta start: nine more.
  EXPECT_EQ(planned["evaluations"], 34);
  EXPECT_EQ(planned["segments"][0]["steps"], 13);
  EXPECT_TRUE(planned["segments"][0]["seconds"].is_null());
}

}  // namespace
}  // namespace tstitch::test
