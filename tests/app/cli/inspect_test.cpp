#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/model_copy.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

TEST(Inspect, tellsTheFactsOfAWholeModelAndOfABareNetwork) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"inspect", "miniature/large", "miniature/small/unet", "--json"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const std::vector<json> lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 3U);
  const json& large = lines[0];
  EXPECT_EQ(large.at("family"), "unet");
  EXPECT_EQ(large.at("latent").at("channels"), 6);
  EXPECT_EQ(large.at("latent").at("factor"), 8);
  EXPECT_EQ(large.at("latent").at("scale"), 1.0);
  EXPECT_EQ(large.at("schedule").at("class"), "DDIMScheduler");
  EXPECT_EQ(large.at("schedule").at("timesteps"), 1000);
  EXPECT_EQ(large.at("prediction"), "v_prediction");
  EXPECT_EQ(large.at("text").at("width"), 192);
  EXPECT_EQ(large.at("dtype"), "fp16");
  EXPECT_GT(large.at("parameters"), lines[1].at("parameters"));
  for (const json& file : large.at("files")) EXPECT_TRUE(fs::is_regular_file(file.get<std::string>())) << file;
  EXPECT_EQ(lines[1].at("latent").at("inherited"), true);
  EXPECT_TRUE(lines[1].at("text").at("width").is_null());
  EXPECT_EQ(lines[2].at("stitch"), true);
  EXPECT_TRUE(lines[2].at("reasons").empty());
}

TEST(Inspect, namesTheFactThatKeepsTwoModelsApart) {
  const ScratchFolder scratch;
  const PairCopy pair(scratch.path() / "m");
  pair.replace("large/vae/config.json", "\"scaling_factor\": 1.0", "\"scaling_factor\": 0.5");
  const Ended text = run_program({"inspect", "m/large", "miniature"}, scratch.path());
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_NE(text.out.find("They do not stitch:"), std::string::npos) << text.out;
  const json verdict = lines_of(run_program({"inspect", "m/large", "miniature", "--json"}, scratch.path()).out).back();
  EXPECT_EQ(verdict.at("stitch"), false);
  ASSERT_EQ(verdict.at("reasons").size(), 1U);
  EXPECT_NE(verdict.at("reasons")[0].get<std::string>().find("scale"), std::string::npos) << verdict;
}

TEST(Inspect, refusesWhatIsNoModel) {
  const ScratchFolder scratch;
  PairCopy(scratch.path() / "m").write("large/unet/config.json", "{");
  for (const std::string& place : {std::string("nowhere"), std::string("m"), std::string("m/large"),
                                   std::string("m/large/model_index.json"), std::string(5000, 'x')}) {
    SCOPED_TRACE(place.substr(0, 40));
    const Ended ended = run_program({"inspect", place, "--json"}, scratch.path());
    EXPECT_EQ(ended.exit, 3) << ended.err;
    EXPECT_NE(ended.err.find(place), std::string::npos) << ended.err;
    EXPECT_EQ(lines_of(ended.out).back().at("error").at("exit"), 3);
  }
}

}  // namespace
}  // namespace tstitch::test
