#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

TEST(Reference, printsTheCommandLineAndSaysWhatDiffers) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"reference", "sdxl", "--output", "strip"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(
      ended.out,
      "tstitch grid 'concept art of dragon flying over town, clouds.' --pair sdxl-ssd-1b --guidance 5 --negative "
      "'photo, photorealistic, realism, ugly' --ratios 0,10%,20%,30%,40%,50%,60%,70%,80%,90%,100% --sampler euler "
      "--seed 0 --size 1024x1024 --steps 50 --output strip\n");
  EXPECT_THAT(ended.err, HasSubstr("differs: "));
  EXPECT_THAT(ended.err, HasSubstr("not here: tstitch models fetch sdxl-ssd-1b"));
}

TEST(Reference, putsThePictureIntoTheControl) {
  const ScratchFolder scratch;
  const json line =
      json::parse(run_program({"reference", "canny", "--picture", "it's.png", "--json"}, scratch.path()).out);
  EXPECT_THAT(line.at("words"), Contains("canny=it's.png,model=controlnet-canny-sdxl,scale=0.5"));
  EXPECT_THAT(line.at("command"), HasSubstr(R"('canny=it'\''s.png,)"));
  EXPECT_EQ(line.at("missing").size(), 3U);
  EXPECT_THAT(run_program({"reference", "canny"}, scratch.path()).out, HasSubstr("canny=PICTURE,"));
}

TEST(Reference, namesItsPresets) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"reference", "--json"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  std::vector<std::string> names;
  std::istringstream in(ended.out);
  for (std::string line; std::getline(in, line);) names.push_back(json::parse(line).at("reference"));
  for (const char* name : {"dit", "dit-three", "ldm", "sd", "sdxl", "canny", "depth", "pose", "lcm", "demo-dragon"}) {
    EXPECT_THAT(names, Contains(name));
  }
}

TEST(Reference, refusesWhatItCannotRun) {
  const ScratchFolder scratch;
  const Ended absent = run_program({"reference", "sdxl", "--run", "--json"}, scratch.path());
  EXPECT_EQ(absent.exit, 3);
  EXPECT_THAT(absent.err, HasSubstr("tstitch models fetch sdxl-ssd-1b"));
  EXPECT_EQ(json::parse(absent.out).at("error").at("exit"), 3);
  EXPECT_EQ(run_program({"reference", "pose", "--run"}, scratch.path()).exit, 2) << "no picture";
  EXPECT_EQ(run_program({"reference", "sdxl", "--picture", "a.png"}, scratch.path()).exit, 2) << "takes none";
  const Ended unknown = run_program({"reference", "imagen"}, scratch.path());
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.err, HasSubstr("demo-dragon"));
}

}  // namespace
}  // namespace tstitch::test
