#include "core/system/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> words(const std::string& text) {
  return split_command_line(text, "--engine");
}

std::string refusal(const std::string& text) {
  try {
    (void)words(text);
  } catch (const UsageError& problem) {
    return problem.sentence();
  }
  return "accepted";
}

TEST(CommandLine, splitsAsAShellDoes) {
  EXPECT_THAT(words("ssh box tstitch worker"), ElementsAre("ssh", "box", "tstitch", "worker"));
  EXPECT_THAT(words("  a\t b\nc  "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(words(R"('a b' "c d" e\ f)"), ElementsAre("a b", "c d", "e f"));
  EXPECT_THAT(words(R"(a'b'"c"d)"), ElementsAre("abcd"));
  EXPECT_THAT(words(R"(a '' "")"), ElementsAre("a", "", ""));
  EXPECT_THAT(words(R"("a\"b\\c\d\$e" 'f\g')"), ElementsAre(R"(a"b\c\d$e)", R"(f\g)"));
  EXPECT_THAT(words("a\\\nb \"c\\\nd\""), ElementsAre("ab", "cd"));
  EXPECT_THAT(words("a $HOME * ~ `b` #c"), ElementsAre("a", "$HOME", "*", "~", "`b`", "#c"));
}

TEST(CommandLine, joinedWordsAreSplitAgain) {
  const std::vector<std::string> odd{"/bin/tstitch", "a b", "", "it's", "\"$x\\", "\xC3\xA9\n"};
  EXPECT_EQ(words(join_command_line(odd)), odd);
  EXPECT_EQ(join_command_line({"tstitch", "worker", "--profile", "/a b"}), "tstitch worker --profile '/a b'");
}

TEST(CommandLine, refusesWhatIsNone) {
  for (const char* nothing : {"", "  ", "\t\n", "''", "\"\" a"}) {
    EXPECT_THAT(refusal(nothing), HasSubstr("a command line is expected")) << nothing;
  }
  EXPECT_THAT(refusal("a 'b"), HasSubstr("' is not closed"));
  EXPECT_THAT(refusal("a \"b'"), HasSubstr("\" is not closed"));
  EXPECT_THAT(refusal("a \"b\\\""), HasSubstr("\" is not closed"));
  EXPECT_THAT(refusal("a\\"), HasSubstr("backslash"));
  EXPECT_THAT(refusal("a 'b"), HasSubstr("--engine"));
}

}  // namespace
}  // namespace tstitch
