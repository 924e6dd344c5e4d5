#include "tests/app/cli/program.h"

#include <gtest/gtest.h>

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

TEST(Program, endsWithTwoForWrongUsage) {
  const ScratchFolder scratch;
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"draw"},
      {"generate"},
      {"generate", "x", "--steps"},
      {"generate", "x", "--steps", "0"},
      {"generate", "x", "--steps", "1001"},
      {"generate", "x", "--steps", "ten"},
      {"generate", "x", "--ratio", "0.123"},
      {"generate", "x", "--ratio", "101%"},
      {"generate", "x", "--size", "100x100"},
      {"generate", "x", "--size", "16392x16392"},
      {"generate", "x", "--sampler", "magic"},
      {"generate", "x", "--sampler", "ddim", "--spacing", "karras"},
      {"generate", "x", "--seed", "-1"},
      {"generate", "x", "--guidance", "nan"},
      {"generate", "x", "--segments", "small:3,large:4"},
      {"generate", "x", "--nonsense"},
      {"generate", "\xff\xfe"},
  };
  for (const auto& arguments : wrong) {
    const Ended ended = run_program(arguments, scratch.path());
    EXPECT_EQ(ended.exit, 2) << join(arguments, " ") << ": " << ended.err;
    EXPECT_FALSE(ended.err.empty()) << join(arguments, " ");
  }
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

}  // namespace tstitch::test
