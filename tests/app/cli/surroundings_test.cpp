#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/app/cli/program.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// What a shell makes of the program, which is `$T` there; `$F` is a folder of the test's own.
struct Told {
  int exit = -1;
  std::string text;  ///< of what the command leaves on the shell's standard output
};

class Surroundings : public ::testing::Test {
 protected:
  [[nodiscard]] Told shell(const std::string& command) const {
    const std::string line = "T='" + test::tested_program() + "'; F='" + folder_.path().string() +
                             "'; export OMP_WAIT_POLICY=PASSIVE; " + command;
    Told told;
    FILE* pipe = ::popen(line.c_str(), "r");
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      told.text.append(buffer.data(), got);
    }
    const int status = ::pclose(pipe);
    told.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return told;
  }

  void expect_unwritten(const std::string& command) const {
    const Told told = shell(command + " 2>&1 >/dev/full");
    EXPECT_EQ(told.exit, 3) << command << ": " << told.text;
    EXPECT_THAT(told.text, AllOf(HasSubstr("standard output"), HasSubstr("No space left"))) << command;
  }

  test::ScratchFolder folder_;
};

/// full-device
TEST_F(Surroundings, aFullDeviceIsToldAndEndsWith3) {
  expect_unwritten("$T generate '3d fox' --steps 2 --profile $F/p --output $F/a/ --json");
  expect_unwritten("$T grid '3d fox' --steps 2 --ratios 0 --seeds 1 --profile $F/p --output $F/g --json");
  expect_unwritten("$T plan --profile $F/p --json");
  expect_unwritten("$T plan --profile $F/p");
  expect_unwritten("$T inspect miniature/large --profile $F/p --json");
  expect_unwritten("$T models list --profile $F/p --json");
  expect_unwritten("$T bench --size 64x64 --profile $F/p --json");
  expect_unwritten("$T --help");
  expect_unwritten("$T generate --help");
  expect_unwritten("$T --version");
}

TEST_F(Surroundings, aReaderThatIsGoneIsNoSignal) {
  const Told told = shell(
      "{ $T generate '3d fox' --steps 2 --profile $F/p --output $F/a/ --json 2>$F/told; echo $? >$F/code; } | head -n "
      "1; cat $F/code $F/told");
  EXPECT_THAT(told.text, AllOf(HasSubstr("\n3\n"), HasSubstr("Broken pipe")));
}

/// removed-folder
TEST_F(Surroundings, aRemovedCurrentFolderIsNoObstacleToAbsolutePaths) {
  const std::string gone = "mkdir $F/gone && cd $F/gone && rmdir $F/gone && ";
  const Told drawn = shell(gone + "$T generate '3d fox' --steps 2 --profile $F/p --output $F/a.png 2>&1");
  EXPECT_EQ(drawn.exit, 0) << drawn.text;
  EXPECT_TRUE(fs::exists(folder_.path() / "a.png"));
  EXPECT_EQ(shell(gone + "$T --help >/dev/null 2>&1").exit, 0);
  EXPECT_EQ(shell(gone + "$T --version >/dev/null 2>&1").exit, 0);
  EXPECT_EQ(shell(gone + "$T plan --profile $F/p >/dev/null 2>&1").exit, 0);
  for (const char* relative : {"--output a.png", "", "--output $F/b/ --profile p"}) {
    const Told refused = shell(gone + "$T generate '3d fox' --steps 2 --profile $F/p " + relative + " 2>&1");
    EXPECT_EQ(refused.exit, 3) << refused.text;
    EXPECT_THAT(refused.text, AllOf(HasSubstr("current folder"), Not(HasSubstr("internal error")))) << relative;
  }
}

TEST_F(Surroundings, helpAndVersionNeedNoHome) {
  EXPECT_EQ(shell("env -u HOME $T --help >/dev/null 2>&1").exit, 0);
  EXPECT_EQ(shell("env -i $T --version >/dev/null 2>&1").exit, 0);
}

/// brackets
TEST_F(Surroundings, foldersWithBracketsAreFolders) {
  fs::create_directories(folder_.path() / "[AI] pictures");
  const Told drawn = shell("$T generate '3d fox' --steps 2 --profile $F/p --output \"$F/[AI] pictures/x.png\" 2>&1");
  EXPECT_EQ(drawn.exit, 0) << drawn.text;
  EXPECT_TRUE(fs::exists(folder_.path() / "[AI] pictures" / "x.png"));
  EXPECT_EQ(shell("$T generate '3d fox' --profile $F/p --output \"$F/[AI] pictures/[what].png\" 2>&1").exit, 2);
}

/// The system's name of the process is the program's, also after it has started itself anew.
TEST_F(Surroundings, theProcessIsCalledAsTheProgram) {
  const Told told = shell(
      "unset OMP_WAIT_POLICY; $T generate '3d fox' --steps 40 --profile $F/p --output $F/a/ --json >$F/events & "
      "while ! grep -q step $F/events; do sleep 0.05; done; cat /proc/$!/comm; kill $!; wait $!");
  EXPECT_EQ(told.text, "tstitch\n");
}

}  // namespace
}  // namespace tstitch
