#include "tests/app/cli/program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace tstitch::test {
namespace fs = std::filesystem;

/// The tools themselves: exit codes and both streams arrive.
TEST(Program, saysItsVersionAndHelp) {
  const ScratchFolder scratch;
  const Ended version = run_program({"--version"}, scratch.path());
  EXPECT_EQ(version.exit, 0);
  EXPECT_TRUE(version.out.starts_with("tstitch ")) << version.out;
  const Ended help = run_program({"--help"}, scratch.path());
  EXPECT_EQ(help.exit, 0);
  EXPECT_NE(help.out.find("Examples:"), std::string::npos);
  for (const char* command : {"generate", "grid", "plan", "inspect", "bench", "annotate"}) {
    EXPECT_NE(help.out.find(command), std::string::npos) << command;
    EXPECT_EQ(run_program({command, "--help"}, scratch.path()).exit, 0) << command;
  }
}

/// Arguments, the exit code, and the place that the error names.
struct Wrong {
  std::vector<std::string> words;
  int exit;
  std::string where;
};

void expect_wrong(const Wrong& wrong, const fs::path& folder) {
  SCOPED_TRACE(join(wrong.words, " "));
  std::vector<std::string> words = wrong.words;
  words.insert(words.begin() + 1, "--json");
  const Ended ended = run_program(words, folder);
  EXPECT_EQ(ended.exit, wrong.exit) << ended.err;
  EXPECT_TRUE(ended.err.starts_with("tstitch: ") && ended.err.ends_with(".\n")) << ended.err;
  const std::string line = ended.out.substr(ended.out.rfind('\n', ended.out.size() - 2) + 1);
  const auto ending = nlohmann::json::parse(line);
  EXPECT_EQ(ending.at("outcome"), "failed");
  EXPECT_EQ(ending.at("error").at("exit"), wrong.exit);
  EXPECT_EQ(ending.at("error").at("where"), wrong.where);
  EXPECT_FALSE(ending.at("error").at("what").get<std::string>().empty());
  EXPECT_TRUE(ending.at("error").contains("hint"));
}

TEST(Program, endsEveryWrongUseWithASentenceAndAJsonObject) {
  const ScratchFolder scratch;
  const std::vector<Wrong> all = {
      {{"draw"}, 2, ""},
      {{"generate"}, 2, "PROMPT"},
      {{"grid"}, 2, "PROMPT"},
      {{"generate", "--class", "3"}, 2, "--class"},
      {{"generate", "x", "--steps"}, 2, ""},
      {{"generate", "x", "--nonsense"}, 2, ""},
      {{"generate", "x", "--steps", "1001"}, 2, "--steps"},
      {{"generate", "x", "--steps", "ten"}, 2, "--steps"},
      {{"generate", "x", "--ratio", "0.123"}, 2, "--ratio"},
      {{"generate", "x", "--ratio", "0.2,0.3,0.5"}, 2, "--ratio"},
      {{"generate", "x", "--size", "100x100"}, 2, "--size"},
      {{"generate", "x", "--size", "16392x16392"}, 2, "--size"},
      {{"generate", "x", "--sampler", "magic"}, 2, "--sampler"},
      {{"generate", "x", "--sampler", "ddim", "--spacing", "karras"}, 2, "--spacing"},
      {{"generate", "x", "--seed", "-1"}, 2, "--seed"},
      {{"generate", "x", "--guidance", "nan"}, 2, "--guidance"},
      {{"generate", "x", "--segments", "small:3,large:4"}, 2, "--segments"},
      {{"generate", "x", "--segments", "small:3,other:22"}, 2, "--segments"},
      {{"generate", "\xff\xfe"}, 2, "PROMPT"},
      {{"generate", "x", "--negative", "\xff"}, 2, "--negative"},
      {{"generate", "x", "--output=\xc3"}, 2, "--output"},
      {{"grid", "x", "--axis", "zed=1"}, 2, ""},
      {{"grid", "x", "--large", "nowhere"}, 3, "nowhere"},
      {{"plan", "--budget", "1", "--profile", "profile"}, 2, "--budget"},
      {{"plan", "--large", "nowhere"}, 3, "nowhere"},
      {{"inspect", "nowhere"}, 3, "nowhere"},
      {{"inspect", "miniature", "\xed\xa0\x80"}, 2, "PATH"},
      {{"bench", "--size", "100x100"}, 2, "--size"},
  };
  for (const Wrong& wrong : all) expect_wrong(wrong, scratch.path());
  const Ended none = run_program({}, scratch.path());
  EXPECT_EQ(none.exit, 2);
  EXPECT_FALSE(none.err.empty());
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

}  // namespace tstitch::test
