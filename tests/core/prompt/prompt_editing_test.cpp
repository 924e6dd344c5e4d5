#include "core/prompt/prompt_editing.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

/// A prompt with `|` where the cursor stands, or around what is selected.
struct Marked {
  std::string text;
  PromptStretch selection;
};

Marked unmarked(std::string text) {
  const std::size_t begin = text.find('|');
  text.erase(begin, 1);
  const std::size_t end = text.find('|');
  if (end == std::string::npos) return {text, {begin, begin}};
  return {text.erase(end, 1), {begin, end}};
}

std::string marked(std::string text, PromptStretch selection) {
  text.insert(selection.end, "|");
  if (selection.begin != selection.end) text.insert(selection.begin, "|");
  return text;
}

std::string weighed(const std::string& before, int steps) {
  const auto [text, selection] = unmarked(before);
  const auto change = change_weight(text, selection, steps);
  return change ? marked(changed(text, *change), change->selection) : "nothing";
}

std::string moved(const std::string& before, int direction) {
  const auto [text, selection] = unmarked(before);
  const auto change = move_piece(text, selection, direction);
  return change ? marked(changed(text, *change), change->selection) : "nothing";
}

TEST(PromptEditing, WeighsTheWordUnderTheCursor) {
  EXPECT_EQ(weighed("a red f|ox, at night", 1), "a red (|fox|:1.1), at night");
  EXPECT_EQ(weighed("|fox", 1), "(|fox|:1.1)");
  EXPECT_EQ(weighed("fox|", -1), "(|fox|:0.9)");
  EXPECT_EQ(weighed("ein F\xc3\xa4hn|chen", 1), "ein (|F\xc3\xa4hnchen|:1.1)");
  EXPECT_EQ(weighed("fox \\(ani|mal\\)", 1), "fox (|\\(animal\\)|:1.1)");
  EXPECT_EQ(weighed("a |, b", 1), "nothing");
  EXPECT_EQ(weighed("|", 1), "nothing");
}

TEST(PromptEditing, WeighsAgainAndTakesTheBracketsAway) {
  EXPECT_EQ(weighed("a (|fox|:1.1)", 1), "a (|fox|:1.2)");
  EXPECT_EQ(weighed("a (|fox|:1.1)", -1), "a |fox|");
  EXPECT_EQ(weighed("a (red f|ox:1.95)", 1), "a (|red fox|:2.05)");
  EXPECT_EQ(weighed("(fox:1|.9)", 1), "(|fox|:2.0)");
  EXPECT_EQ(weighed("(f|ox)", 1), "(|fox|:1.2)");
  EXPECT_EQ(weighed("(f|ox)", -1), "|fox|");
  EXPECT_EQ(weighed("(a (fo|x:1.3):1.5)", 1), "(a (|fox|:1.4):1.5)");
  EXPECT_EQ(weighed("[fo|x]", 1), "[(|fox|:1.1)]");
  EXPECT_EQ(weighed("(fox:-0.1|)", 1), "(|fox|:0.0)");
}

TEST(PromptEditing, WeighsWhatIsSelectedUnlessItCutsBrackets) {
  EXPECT_EQ(weighed("a |red fox |at night", 1), "a (|red fox|:1.1) at night");
  EXPECT_EQ(weighed("(a |red fox|:1.5)", 1), "(a (|red fox|:1.1):1.5)");
  EXPECT_EQ(weighed("a |(fox:1.2)|", 1), "a (|fox|:1.3)");
  EXPECT_EQ(weighed("a |red (fox|:1.2)", 1), "nothing");
  EXPECT_EQ(weighed("|a (fox|", 1), "nothing");
  EXPECT_EQ(weighed("|a) fox|", 1), "nothing");
  EXPECT_EQ(weighed("a |  | b", 1), "nothing");
}

TEST(PromptEditing, WeighsTags) {
  EXPECT_EQ(weighed("fox <lora:in|k:0.8>", 1), "fox <|lora:ink|:0.85>");
  EXPECT_EQ(weighed("<lora:in|k>", -1), "<|lora:ink|:0.95>");
  EXPECT_EQ(weighed("<lora:in|k:0.95>", 1), "<|lora:ink|:1.0>");
  EXPECT_EQ(weighed("<lora:in|k:te=0.5>", 1), "nothing");
  EXPECT_EQ(weighed("a |fox <lo|ra:ink:1>", 1), "nothing");
  EXPECT_EQ(weighed("f|ox <lora:ink:1>", 1), "(|fox|:1.1) <lora:ink:1>");
}

TEST(PromptEditing, EveryStepUpCanBeTakenBack) {
  std::string prompt = "a fo|x";
  for (int i = 0; i < 12; ++i) prompt = weighed(prompt, 1);
  EXPECT_EQ(prompt, "a (|fox|:2.2)");
  for (int i = 0; i < 12; ++i) prompt = weighed(prompt, -1);
  EXPECT_EQ(prompt, "a |fox|");
}

TEST(PromptEditing, MovesThePieceBetweenCommas) {
  EXPECT_EQ(moved("red fox, ow|l, at night", -1), "ow|l, red fox, at night");
  EXPECT_EQ(moved("red f|ox, owl", 1), "owl, red f|ox");
  EXPECT_EQ(moved("red f|ox,owl,  b", 1), "owl,red f|ox,  b");
  EXPECT_EQ(moved("a|, b", -1), "nothing");
  EXPECT_EQ(moved("a, b|", 1), "nothing");
  EXPECT_EQ(moved("a, b|,", 1), "nothing");
  EXPECT_EQ(moved("a, |b, c|, d", -1), "|b, c|, a, d");
  EXPECT_EQ(moved("|", 1), "nothing");
}

TEST(PromptEditing, BracketsAreOnePieceAndHavePiecesOfTheirOwn) {
  EXPECT_EQ(moved("(a, b:1.2), c|", -1), "c|, (a, b:1.2)");
  EXPECT_EQ(moved("x, (a, b|, c:1.2)", -1), "x, (b|, a, c:1.2)");
  EXPECT_EQ(moved("x, (a, b, c|:1.2)", 1), "nothing");
  EXPECT_EQ(moved("<lora:a, b:1>, x|", -1), "x|, <lora:a, b:1>");
  EXPECT_EQ(moved("a (b, c|", -1), "c|, a (b");  // never closed: no brackets
}

}  // namespace
}  // namespace tstitch
