#include "core/prompt/prompt_schedule.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

using Texts = std::vector<ScheduledText>;

constexpr int kSteps = 10;

Texts texts(const std::string& prompt) {
  return scheduled_texts(prompt, kSteps);
}

/// Every step with other words than the one before.
Texts turns(const std::vector<std::string>& words) {
  Texts expected;
  for (int step = 1; step <= kSteps; ++step) {
    const std::string& text = words[static_cast<std::size_t>(step - 1) % words.size()];
    if (!expected.empty() && expected.back().text == text) {
      expected.back().until = step;
    } else {
      expected.push_back({step, text});
    }
  }
  return expected;
}

TEST(PromptSchedule, ChangesWordsBehindAStep) {
  EXPECT_EQ(texts("a [b:c:3] d"), (Texts{{3, "a b d"}, {10, "a c d"}}));
  EXPECT_EQ(texts("a [b:3]"), (Texts{{3, "a "}, {10, "a b"}}));
  EXPECT_EQ(texts("a [b::3]"), (Texts{{3, "a b"}, {10, "a "}}));
  EXPECT_EQ(texts("[:3]"), (Texts{{10, ""}}));
  EXPECT_EQ(texts("a [b: 3 ]"), (Texts{{3, "a "}, {10, "a b"}}));
  EXPECT_EQ(texts("a [b : c : 1] d"), (Texts{{1, "a b  d"}, {10, "a  c  d"}}));
}

TEST(PromptSchedule, TakesANumberWithAPointAsAShareOfTheSteps) {
  EXPECT_EQ(texts("[a:b:.5]"), (Texts{{5, "a"}, {10, "b"}}));
  EXPECT_EQ(texts("[a:b:0.25]"), (Texts{{2, "a"}, {10, "b"}}));
  EXPECT_EQ(texts("[a:b:1.0]"), (Texts{{10, "a"}}));
  EXPECT_EQ(texts("[a:b:1]"), (Texts{{1, "a"}, {10, "b"}}));
  EXPECT_EQ(texts("[a:b:1e1]"), (Texts{{10, "a"}}));
  EXPECT_EQ(scheduled_texts("[a:b:0.29]", 100).front().until, 28);  // 0.29 * 100 is a little below 29
}

TEST(PromptSchedule, KeepsToTheStepsThatThereAre) {
  EXPECT_EQ(texts("[a:b:0]"), (Texts{{10, "b"}}));
  EXPECT_EQ(texts("[a:b:-2]"), (Texts{{10, "b"}}));
  EXPECT_EQ(texts("[a:b:0.05]"), (Texts{{10, "b"}}));
  EXPECT_EQ(texts("[a:b:40]"), (Texts{{10, "a"}}));
  EXPECT_EQ(texts("[a:b:1e999]"), (Texts{{10, "a"}}));
  EXPECT_EQ(texts("[a:b:1.e-999]"), (Texts{{10, "b"}}));
  EXPECT_EQ(scheduled_texts("[a:b:.5]", 1), (Texts{{1, "b"}}));
}

TEST(PromptSchedule, TakesTurnsStepByStep) {
  EXPECT_EQ(texts("[a|b]"), turns({"a", "b"}));
  EXPECT_EQ(texts("[fe|]male"), turns({"female", "male"}));
  EXPECT_EQ(texts("[fe|||]male"), turns({"female", "male", "male", "male"}));
  EXPECT_EQ(texts("[a|(b:1.1)|c]"), turns({"a", "(b:1.1)", "c"}));
}

TEST(PromptSchedule, Nests) {
  EXPECT_EQ(texts("a[b:[c:d:2]:1]e"), (Texts{{1, "abe"}, {2, "ace"}, {10, "ade"}}));
  EXPECT_EQ(texts("a [[[b]]:2]"), (Texts{{2, "a "}, {10, "a [[b]]"}}));
  EXPECT_EQ(texts("[(a:2):3]"), (Texts{{3, ""}, {10, "(a:2)"}}));
  EXPECT_EQ(texts("([a:b:3]:1.2)"), (Texts{{3, "(a:1.2)"}, {10, "(b:1.2)"}}));
  EXPECT_EQ(texts("[x [a|b]:c:3]"), (Texts{{1, "x a"}, {2, "x b"}, {3, "x a"}, {10, "c"}}));
}

TEST(PromptSchedule, LeavesOtherBracketsToTheWeights) {
  for (const char* prompt : {"", "test", "a [b] (c:1.2)", "a [unbalanced", "a [b:c]", "[a:b:c:3]", "[a:b:x]", "[a:b:3",
                             "a \\[b:c:3\\]", "[a:(b:c:d):3]"}) {
    EXPECT_EQ(texts(prompt), (Texts{{10, prompt}})) << prompt;
  }
  EXPECT_EQ(texts("((a][:b:c [d:3]"), (Texts{{3, "((a][:b:c "}, {10, "((a][:b:c d"}}));
  EXPECT_EQ(texts("[a\\:b:3]"), (Texts{{3, ""}, {10, "a\\:b"}}));
}

TEST(PromptSchedule, LeavesThePromptWholeAroundABarOrABrokenEscape) {
  for (const char* prompt :
       {"a | [b:c:2]", "(a|b) [b:c:2]", "{a|b} [b:c:2]", "[a:b|c] [b:c:2]", "[b:c:2]\\", "\\\n[b:c:2]"}) {
    EXPECT_EQ(texts(prompt), (Texts{{10, prompt}})) << prompt;
  }
}

TEST(PromptSchedule, ReadsWhatIsNestedDeeply) {
  constexpr int kDeep = 20000;
  std::string prompt = std::string(kDeep, '[') + "a";
  for (int i = 0; i < kDeep; ++i) prompt += ":3]";
  EXPECT_EQ(texts(prompt), (Texts{{3, ""}, {10, "a"}}));
  EXPECT_EQ(texts(std::string(100000, '[')).front().text.size(), 100000U);
}

TEST(PromptSchedule, RefusesALongTextThatChangesAlways) {
  const std::string prompt = "[a|b]" + std::string(std::size_t{1} << 20U, 'x');
  EXPECT_THROW((void)scheduled_texts(prompt, 1000), UsageError);
}

TEST(PromptSchedule, TellsTheWordsOfAStep) {
  const Texts both = texts("[a:b:3]");
  EXPECT_EQ(text_at(both, 1), "a");
  EXPECT_EQ(text_at(both, 3), "a");
  EXPECT_EQ(text_at(both, 4), "b");
  EXPECT_EQ(text_at(both, 10), "b");
}

}  // namespace
}  // namespace tstitch
