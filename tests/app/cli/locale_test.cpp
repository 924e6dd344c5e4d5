#include <gtest/gtest.h>

#include "tests/app/cli/program.h"
#include "tests/support/process_locale.h"

namespace tstitch::test {
namespace {

TEST(CommandLine, commaReadsAndWritesNumbersAlikeInEveryLocale) {
  const ScratchFolder scratch;
  const std::vector<std::string> words{"plan", "--json", "--ratio", "0.4", "--guidance", "7.5", "--eta", "0.5"};
  const Ended classic = run_program(words, scratch.path(), {{"LC_ALL", "C"}});
  EXPECT_EQ(classic.exit, 0) << classic.err;
  for (const char* name : kLocales) {
    const Variables variables{{"LOCPATH", locale_folder().string()}, {"LC_ALL", name}};
    const Ended ended = run_program(words, scratch.path(), variables);
    EXPECT_EQ(ended.exit, 0) << name << ended.err;
    EXPECT_EQ(ended.out.substr(0, ended.out.find("\"memory\"")), classic.out.substr(0, classic.out.find("\"memory\"")))
        << name;
    const Ended refused = run_program({"plan", "--guidance", "7,5"}, scratch.path(), variables);
    EXPECT_EQ(refused.exit, 2) << name;
  }
}

}  // namespace
}  // namespace tstitch::test
