#include <algorithm>
#include <fstream>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/image/image_file.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::vector<std::string> kGrid{"grid", "3d fox",   "--steps", "4",         "--ratios", "0,50%",  "--seeds",
                                     "3,4",  "--output", "out",     "--profile", "profile",  "--size", "64x64"};

json record_of(const fs::path& folder) {
  std::ifstream in(folder / "out" / "grid.json");
  return json::parse(in);
}

TEST(Grid, makesEveryCellAndSharesWhatIsEqual) {
  const ScratchFolder scratch;
  const Ended ended = run_program(kGrid, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const json record = record_of(scratch.path());
  ASSERT_EQ(record["axes"].size(), 2U);
  ASSERT_EQ(record["cells"].size(), 4U);
  for (const json& cell : record["cells"]) {
    EXPECT_EQ(cell["state"], "saved");
    EXPECT_TRUE(cell["error"].is_null());
    EXPECT_TRUE(cell["axes"].contains("ratio"));
    EXPECT_TRUE(cell["axes"]["seed"].is_number());
    EXPECT_EQ(read_picture(scratch.path() / "out" / cell["file"].get<std::string>()).image.width, 64);
  }
  EXPECT_EQ(record["evaluations"], (json{{"small", 4}, {"large", 12}}));
  EXPECT_GT(read_picture(scratch.path() / "out" / record["composite"].get<std::string>()).image.width, 128);
}

TEST(Grid, makesOnlyWhatIsMissingInALaterSitting) {
  const ScratchFolder scratch;
  ASSERT_EQ(run_program(kGrid, scratch.path()).exit, 0);
  const json first = record_of(scratch.path());
  ASSERT_EQ(run_program(kGrid, scratch.path()).exit, 0);
  EXPECT_EQ(record_of(scratch.path())["evaluations"], first["evaluations"]);
  fs::remove(scratch.path() / "out" / first["cells"][0]["file"].get<std::string>());
  ASSERT_EQ(run_program(kGrid, scratch.path()).exit, 0);
  EXPECT_EQ(record_of(scratch.path())["evaluations"], (json{{"small", 4}, {"large", 16}}));
}

/// File names, pixels and requests of the cells; the composite shows how long they took.
std::map<std::string, std::pair<Image, std::string>> pictures_of(const fs::path& folder) {
  std::map<std::string, std::pair<Image, std::string>> pictures;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".png" || entry.path().filename() == "grid.png") continue;
    const Picture picture = read_picture(entry.path());
    std::string request;
    for (const PictureText& text : picture.texts) {
      if (text.keyword == "io.github.tstitch.request") request = json::parse(text.text).at("request").dump();
    }
    pictures[entry.path().filename().string()] = {picture.image, request};
  }
  return pictures;
}

/// The grid over these engines, in a folder of its own.
Ended grid_over(const std::vector<std::string>& engines, const std::string& folder, const fs::path& scratch) {
  std::vector<std::string> words = kGrid;
  *std::find(words.begin(), words.end(), "out") = folder;
  for (const std::string& engine : engines) words.insert(words.end(), {"--engine", engine});
  return run_program(words, scratch);
}

TEST(Grid, isTheSameOverSeveralEngines) {
  const ScratchFolder scratch;
  const std::string worker = "'" TSTITCH_PROGRAM "' worker --profile profile";
  ASSERT_EQ(grid_over({}, "out", scratch.path()).exit, 0);
  const auto alone = pictures_of(scratch.path() / "out");
  EXPECT_EQ(alone.size(), 4U);
  const Ended two = grid_over({worker, "here"}, "two", scratch.path());
  ASSERT_EQ(two.exit, 0) << two.err;
  EXPECT_TRUE(pictures_of(scratch.path() / "two") == alone);
  const Ended lost = grid_over({worker, "timeout -s KILL 2 " + worker}, "lost", scratch.path());
  ASSERT_EQ(lost.exit, 0) << lost.err;
  EXPECT_TRUE(pictures_of(scratch.path() / "lost") == alone);
  const Ended none = grid_over({worker, "/nowhere/at/all"}, "none", scratch.path());
  EXPECT_EQ(none.exit, 6);
  EXPECT_NE(none.err.find("/nowhere/at/all"), std::string::npos) << none.err;
  EXPECT_FALSE(fs::exists(scratch.path() / "none"));
}

/// Row 35 of the cases: equal splits are one picture, which is said.
TEST(Grid, row35SaysWhichCellsAreTheSamePicture) {
  const ScratchFolder scratch;
  const Ended ended =
      run_program({"grid", "3d fox", "--steps", "3", "--size", "64x64", "--ratios", "0,10%,40%", "--seed", "3",
                   "--output", "out", "--profile", "profile", "--export", "svg", "--export", "csv"},
                  scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const json record = record_of(scratch.path());
  EXPECT_EQ(record["evaluations"], (json{{"small", 1}, {"large", 5}}));
  EXPECT_EQ(record["cells"][1]["note"], "0 of 3, same as 0 %");
  EXPECT_FALSE(record["cells"][2].contains("note"));
  EXPECT_NE(record["cells"][0]["file"], record["cells"][1]["file"]);
  EXPECT_EQ(record["request"]["prompt"], "3d fox");
  EXPECT_TRUE(fs::exists(scratch.path() / "out" / "grid-0001.svg"));
  std::ifstream csv(scratch.path() / "out" / "grid-0001.csv");
  std::string head;
  std::getline(csv, head);
  EXPECT_EQ(head, "ratio,state,file,seconds,rms,psnr,ssim,error\r");
}

TEST(Grid, drawsOtherPairsAndRefusesUnknownOnes) {
  const ScratchFolder scratch;
  const std::vector<std::string> words{"grid",   "3d fox", "--steps",  "2",   "--size",    "64x64",
                                       "--seed", "3",      "--output", "out", "--profile", "profile"};
  std::vector<std::string> pairs = words;
  pairs.insert(pairs.end(), {"--axis", "pair=miniature", "--axis", "guidance=1..5 (+4)"});
  const Ended ended = run_program(pairs, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(record_of(scratch.path())["cells"].size(), 2U);
  std::vector<std::string> unknown = words;
  unknown.insert(unknown.end(), {"--axis", "pair=nobody"});
  const Ended refused = run_program(unknown, scratch.path());
  EXPECT_EQ(refused.exit, 2);
  EXPECT_NE(refused.err.find("nobody"), std::string::npos) << refused.err;
}

TEST(Grid, tellsItsCellsAsJson) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"grid", "fox", "--steps", "2", "--size", "64x64", "--ratios", "0,1", "--output",
                                   "out", "--profile", "profile", "--json"},
                                  scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(json::parse(ended.out.substr(0, ended.out.find('\n'))).at("event"), "seed");
  const json ending = json::parse(ended.out.substr(ended.out.rfind('\n', ended.out.size() - 2) + 1));
  EXPECT_EQ(ending.at("outcome"), "finished");
  ASSERT_EQ(ending.at("cells").size(), 2U);
  EXPECT_TRUE(fs::exists(ending.at("cells")[0].at("file").get<std::string>()));
  EXPECT_TRUE(fs::exists(ending.at("composite").get<std::string>()));
  EXPECT_EQ(ending.at("evaluations"), (json{{"small", 2}, {"large", 2}}));
}

TEST(Grid, namesTheAxesThereAre) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"grid", "fox", "--axis", "zed=1", "--output", "out"}, scratch.path());
  EXPECT_EQ(ended.exit, 2);
  EXPECT_NE(ended.err.find("sampler"), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace tstitch::test
