#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

TEST(Check, saysOfEachPartWhatThereIsAndWhatToDo) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"check", "--json", "--profile", "profile"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const auto checks = nlohmann::json::parse(ended.out).at("checks");
  std::vector<std::string> names;
  for (const auto& check : checks) {
    names.push_back(check.at("name"));
    EXPECT_FALSE(check.at("fact").get<std::string>().empty()) << names.back();
    EXPECT_FALSE(check.at("missing").get<bool>()) << names.back();
  }
  EXPECT_EQ(names, (std::vector<std::string>{"processor", "memory", "precision", "models", "device", "speed"}));
  const bool isAdvised = !checks.at(4).at("advice").get<std::string>().empty();
  EXPECT_TRUE(checks.at(4).at("fact") != "cpu" || isAdvised);
}

TEST(Check, isToldToPeopleInColumns) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"check", "--profile", "profile"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.out.rfind("processor  ", 0), 0U) << ended.out;
  EXPECT_NE(ended.out.find("\nspeed      "), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace tstitch::test
