#include "core/image/output_name.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

GenerationRequest request_for(const std::string& prompt) {
  GenerationRequest request;
  request.prompt = prompt;
  request.sampler = SamplerKind::Dpmpp2M;
  request.extent = {512, 768};
  request.denoisers = {{"small", {"tiny-sd", "", {{"unet", std::string(64, 'a')}}, {}}, {}},
                       {"large", {"sd15", "", {{"unet", "0123456789abcdef"}}, {}}, {}}};
  return request;
}

class OutputName : public ::testing::Test {
 protected:
  OutputName() : folder_(fs::temp_directory_path() / concat("tstitch-output-", ::getpid())) {
    fs::create_directories(folder_);
  }
  ~OutputName() override { fs::remove_all(folder_); }

  /// Writes one picture and returns its path below the folder.
  [[nodiscard]] std::string written(const std::string& place, std::uint64_t seed = 7,
                                    const std::string& prompt = "a red cat") const {
    const OutputNames names(folder_.string() + "/" + place, 0);
    return fs::relative(names.write("png", request_for(prompt), seed), folder_).string();
  }

  fs::path folder_;
};

TEST_F(OutputName, NumbersPicturesOfAFolder) {
  EXPECT_EQ(written(""), "00001-7.png");
  EXPECT_EQ(written("", 3), "00002-3.png");
  std::ofstream(folder_ / "00041-9.png") << "x";
  std::ofstream(folder_ / "12 monkeys.txt") << "x";
  EXPECT_EQ(written(""), "00042-7.png");
  EXPECT_EQ(written("new/folder/"), "new/folder/00001-7.png");
}

TEST_F(OutputName, SortsInPictureOrder) {
  std::vector<std::string> names(12);
  std::uint64_t seed = 1000;
  for (std::string& name : names) name = written("", seed--);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST_F(OutputName, ExpandsAPattern) {
  EXPECT_EQ(written("[model_name]-[model_hash]-[steps]-[cfg]-[width]x[height]-[sampler]-[ratio]"),
            "sd15-0123456789-25-7.5-512x768-dpmpp-2m-40.png");
  EXPECT_EQ(written("[prompt]/[prompt_spaces] [seed].png"), "a_red_cat/a red cat 7.png");
  EXPECT_EQ(written("[prompt_words].png", 1, "A (red:1.2), [cat] one two three four five six seven"),
            "A red 1 2 cat one two three.png");
  EXPECT_TRUE(written("[date]-[seed]").ends_with("-7.png"));
  EXPECT_EQ(written("[datetime<%Y>]x.png").size(), 9U);
}

/// brackets: what exists as it is written is a folder; only what follows is a pattern.
TEST_F(OutputName, TakesFoldersThatExistAsTheyAreWritten) {
  fs::create_directories(folder_ / "[AI] pictures" / "[seed]");
  EXPECT_EQ(written("[AI] pictures/x.png"), "[AI] pictures/x.png");
  EXPECT_EQ(written("[AI] pictures"), "[AI] pictures/00001-7.png");
  EXPECT_EQ(written("[AI] pictures/[seed]/[steps].png"), "[AI] pictures/[seed]/25.png");
  EXPECT_EQ(written("[AI] pictures/[seed].png"), "[AI] pictures/7.png");
  EXPECT_EQ(written("[AI] pictures/[seed]-[prompt]/[steps].png"), "[AI] pictures/7-a_red_cat/25.png");
  EXPECT_THROW(OutputNames(folder_ / "[AI] pictures" / "[what].png"), UsageError);
  EXPECT_THROW(OutputNames(folder_ / "[AI] others" / "x.png"), UsageError) << "no such folder: an unknown word";
  EXPECT_THROW(OutputNames(folder_ / "[AI] pictures" / "new" / "x.png").require_writable(1), BadInput);
}

TEST_F(OutputName, CountsWhereThePatternHasNoNumber) {
  EXPECT_EQ(written("[seed].png"), "7.png");
  EXPECT_EQ(written("[seed].png"), "7-2.png");
  EXPECT_EQ(written("[seed].png"), "7-3.png");
}

TEST_F(OutputName, KeepsValuesInsideTheFolder) {
  EXPECT_EQ(written("[prompt].png", 1, "../../etc/passwd"), ".._.._etc_passwd.png");
  EXPECT_EQ(written("[prompt]/[seed].png", 1, ".."), "_/1.png");
  EXPECT_EQ(written("[prompt].png", 1, "CON"), "_CON.png");
  EXPECT_EQ(written("[prompt].png", 1, ""), "_.png");
  EXPECT_EQ(written("[prompt].png", 1, "a\nb:c*?\"<>|\\d"), "a_b_c_______d.png");
  std::string long_prompt;
  for (int i = 0; i < 300; ++i) long_prompt += "東";
  EXPECT_LE(written("[prompt][prompt][prompt].png", 1, long_prompt).size(), 255U);
}

TEST_F(OutputName, RefusesAnUnknownToken) {
  try {
    const OutputNames names(folder_ / "[nonsense].png");
    FAIL();
  } catch (const UsageError& problem) {
    EXPECT_NE(problem.sentence().find("[nonsense]"), std::string::npos);
    EXPECT_NE(problem.sentence().find("[number] [seed]"), std::string::npos);
  }
}

TEST_F(OutputName, WritesExactlyOneFile) {
  const OutputNames names(folder_ / "mine.png");
  names.require_writable(1);
  EXPECT_TRUE(fs::is_empty(folder_)) << "asking leaves nothing behind";
  EXPECT_EQ(names.write("png", request_for("x"), 1), folder_ / "mine.png");
  EXPECT_THROW((void)names.write("png", request_for("x"), 1), UsageError);
  EXPECT_THROW(names.require_writable(1), UsageError);
  EXPECT_THROW(OutputNames(folder_ / "other.png").require_writable(2), UsageError);
}

TEST_F(OutputName, SaysBeforehandWhatCannotBeWritten) {
  std::ofstream(folder_ / "file") << "x";
  EXPECT_THROW(OutputNames((folder_ / "file").string() + "/").require_writable(1), BadInput);
  EXPECT_THROW(OutputNames(folder_ / "none" / "a.png").require_writable(1), BadInput);
  EXPECT_THROW(OutputNames("/proc/none/").require_writable(1), BadInput);
  EXPECT_THROW(OutputNames("/proc/a.png").require_writable(1), BadInput);
  EXPECT_THROW(OutputNames(""), UsageError);
}

TEST_F(OutputName, MakesAndProbesAFolder) {
  OutputNames((folder_ / "a" / "b").string() + "/").require_writable(3);
  EXPECT_TRUE(fs::is_empty(folder_ / "a" / "b"));
}

TEST(SafeComponent, FollowsPosixAndWindowsRules) {
  EXPECT_EQ(safe_component("a b.c"), "a b.c");
  EXPECT_EQ(safe_component("name. . "), "name");
  EXPECT_EQ(safe_component("  x"), "x");
  EXPECT_EQ(safe_component("aux.txt"), "_aux.txt");
  EXPECT_EQ(safe_component("com1"), "_com1");
  EXPECT_EQ(safe_component("com10"), "com10");
  EXPECT_EQ(safe_component("."), "_");
  EXPECT_EQ(safe_component("\x01/\\"), "___");
  EXPECT_EQ(safe_component("ééé", 3), "é");
}

}  // namespace
}  // namespace tstitch
