#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

using nlohmann::json;

/// The segments of ten DDIM evaluations, as "small 4, large 6".
std::string planned(const std::vector<std::string>& more) {
  const ScratchFolder scratch;
  std::vector<std::string> words{"plan", "--steps", "10", "--sampler", "ddim", "--profile", "profile", "--json"};
  words.insert(words.end(), more.begin(), more.end());
  const Ended ended = run_program(words, scratch.path());
  if (ended.exit != 0) return ended.err;
  std::string text;
  const json plan = json::parse(ended.out);
  for (const json& segment : plan["segments"]) {
    text += (text.empty() ? "" : ", ") + segment["model"].get<std::string>() + " " +
            std::to_string(segment["steps"].get<int>());
  }
  return text;
}

TEST(Plan, followsEachRule) {
  for (const char* rule : {"floor", "dit", "dit-multi", "ldm", "round"}) {
    EXPECT_EQ(planned({"--ratio", "40%", "--rule", rule}), "small 4, large 6") << rule;
  }
  EXPECT_EQ(planned({"--ratio=0.4", "--rule=lcm"}), "small 5, large 5");
}

TEST(Plan, takesSegmentsInAnyOrderAndAnyNumberOfDenoisers) {
  EXPECT_EQ(planned({"--model", "mid=miniature", "--segments", "large:3,mid:2,small:5"}), "large 3, mid 2, small 5");
  EXPECT_EQ(planned({"--model", "mid=miniature", "--segments", "small:5@5,mid:2,large:3@7.5"}),
            "small 5, mid 2, large 3");
}

/// three-models: one ratio is for small and large, a list for all of them, the large one last.
TEST(Plan, sharesAmongThreeDenoisers) {
  for (const char* rule : {"floor", "dit", "dit-multi"}) {
    EXPECT_EQ(planned({"--model", "mid=miniature", "--rule", rule, "--ratio", "0"}), "large 10") << rule;
    EXPECT_EQ(planned({"--model", "mid=miniature", "--rule", rule, "--ratio", "40%"}), "small 4, large 6") << rule;
    EXPECT_EQ(planned({"--model", "mid=miniature", "--rule", rule, "--ratio", "1"}), "small 10") << rule;
  }
  EXPECT_EQ(planned({"--model", "mid=miniature", "--rule", "dit-multi", "--ratio", "0.2,0.3,0.5"}),
            "small 2, mid 3, large 5");
}

TEST(Plan, saysWhatWasNotMeasured) {
  const ScratchFolder scratch;
  const Ended plan = run_program({"plan", "--profile", "profile"}, scratch.path());
  EXPECT_EQ(plan.exit, 0) << plan.err;
  EXPECT_NE(plan.out.find("not measured"), std::string::npos) << plan.out;
  const Ended budget = run_program({"plan", "--budget", "1", "--profile", "profile"}, scratch.path());
  EXPECT_EQ(budget.exit, 2);
  EXPECT_NE(budget.err.find("--budget"), std::string::npos) << budget.err;
}

/// An engine that keeps its models holds the text encoder beside them.
json denoisers_of(const json& stage) {
  json found = json::array();
  for (const json& part : stage["parts"]) {
    if (part == "small" || part == "large") found.push_back(part);
  }
  return found;
}

TEST(Plan, tellsWhatIsInMemoryWhen) {
  const ScratchFolder scratch;
  const auto memory = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"plan", "--profile", "profile", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Ended ended = run_program(words, scratch.path());
    EXPECT_EQ(ended.exit, 0) << ended.err;
    return json::parse(ended.out)["memory"];
  };
  const json roomy = memory({});
  EXPECT_EQ(roomy["one_at_a_time"], false);
  EXPECT_EQ(denoisers_of(roomy["stages"][1]), json({"small", "large"}));
  const json tight = memory({"--memory", std::to_string(roomy["peak_bytes"].get<std::int64_t>() - 1)});
  EXPECT_EQ(tight["one_at_a_time"], true);
  EXPECT_EQ(denoisers_of(tight["stages"][1]), json({"small"}));
  const Ended text = run_program({"plan", "--profile", "profile", "--memory", "40M"}, scratch.path());
  EXPECT_NE(text.out.find("memory: about "), std::string::npos) << text.out;
  const Ended wrong = run_program({"plan", "--memory", "16GB"}, scratch.path());
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_NE(wrong.err.find("--memory"), std::string::npos) << wrong.err;
}

TEST(Plan, namesWhatExistsForAnUnknownName) {
  const ScratchFolder scratch;
  const std::vector<std::vector<std::string>> unknown = {
      {"--sampler", "foo", "dpmpp-2m-sde"}, {"--spacing", "foo", "trailing"}, {"--rule", "foo", "dit-multi"}};
  for (const auto& words : unknown) {
    const Ended ended = run_program({"plan", words[0], words[1]}, scratch.path());
    EXPECT_EQ(ended.exit, 2) << words[0];
    EXPECT_NE(ended.err.find(words[0]), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find(words[2]), std::string::npos) << ended.err;
  }
}

}  // namespace
}  // namespace tstitch::test
