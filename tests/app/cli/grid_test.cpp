#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/image/image_file.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::vector<std::string> kGrid{"grid",    "3d fox", "--steps",  "4",   "--ratios",  "0,50%",
                                     "--seeds", "3,4",    "--output", "out", "--profile", "profile"};

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
    EXPECT_EQ(read_picture(scratch.path() / "out" / cell["file"].get<std::string>()).image.width, 128);
  }
  EXPECT_EQ(record["evaluations"], (json{{"small", 4}, {"large", 12}}));
  EXPECT_GT(read_picture(scratch.path() / "out" / record["composite"].get<std::string>()).image.width, 256);
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

TEST(Grid, namesTheAxesThereAre) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"grid", "fox", "--axis", "zed=1", "--output", "out"}, scratch.path());
  EXPECT_EQ(ended.exit, 2);
  EXPECT_NE(ended.err.find("sampler"), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace tstitch::test
