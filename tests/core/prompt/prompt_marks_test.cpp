#include "core/prompt/prompt_marks.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/prompt/prompt_grammar.h"

namespace tstitch {
namespace {

using Kind = PromptMarkKind;

std::vector<std::string> marked(const std::string& prompt, Kind kind) {
  std::vector<std::string> texts;
  for (const PromptMark& mark : prompt_marks(prompt)) {
    if (mark.kind == kind) texts.push_back(prompt.substr(mark.begin, mark.end - mark.begin));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(PromptMarks, NameWhatIsNoWord) {
  EXPECT_EQ(marked("a (red fox:1.2) [b]", Kind::Bracket), (Texts{"(", ":1.2)", "[", "]"}));
  EXPECT_EQ(marked("fox <lora:ink:0.8> (<x", Kind::Tag), Texts{"<lora:ink:0.8>"});
  EXPECT_EQ(marked("fox # (no <lora:ink:1>\nowl", Kind::Comment), Texts{"# (no <lora:ink:1>"});
  EXPECT_EQ(marked("fox # (no <lora:ink:1>\nowl", Kind::Tag), Texts{});
  EXPECT_EQ(marked("fox BREAK owl BREAKS", Kind::Break), Texts{"BREAK"});
  EXPECT_EQ(marked("fox AND owl AND {a|b}", Kind::Foreign), (Texts{"AND", "AND", "{a|b}"}));
}

TEST(PromptMarks, FindBracketsWithoutTheirOtherHalf) {
  EXPECT_EQ(marked("a (fox] \\(b", Kind::Unbalanced), (Texts{"(", "]"}));
  EXPECT_EQ(prompt_marks("a (fox] b)").at(0), (PromptMark{Kind::Bracket, 2, 3}));
  EXPECT_TRUE(prompt_marks("a fox").empty());
}

TEST(PromptMarks, WordsKeepTheirPlaces) {
  EXPECT_EQ(words_in_place("a <lora:b:1> c # d\ne"), "a            c    \ne");
}

TEST(PromptGrammar, TellsWhereItsBracketsAre) {
  const PromptBrackets found = weighted_brackets("(a (b: 1.5 )) [c");
  ASSERT_EQ(found.all.size(), 3U);
  EXPECT_EQ(found.all[0], (PromptBracket{0, 12, 13, true, true, {}}));
  EXPECT_EQ(found.all[1], (PromptBracket{3, 5, 12, true, true, 1.5}));
  EXPECT_EQ(found.all[2], (PromptBracket{14, 16, 16, false, false, {}}));
  EXPECT_TRUE(found.strays.empty());
}

}  // namespace
}  // namespace tstitch
