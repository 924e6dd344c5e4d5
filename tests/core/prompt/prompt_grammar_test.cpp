#include "core/prompt/prompt_grammar.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

using Parts = std::vector<PromptPart>;

const BpeTokenizer& tokenizer() {
  static const BpeTokenizer published =
      BpeTokenizer::published_clip(std::filesystem::path(TSTITCH_SOURCE_DIR) / "resources/tokenizer/merges.txt");
  return published;
}

void expect_parts(const std::string& prompt, const Parts& expected) {
  const Parts parts = parse_weighted_prompt(prompt);
  ASSERT_EQ(parts.size(), expected.size()) << prompt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(parts[i].text, expected[i].text) << prompt;
    EXPECT_NEAR(parts[i].weight, expected[i].weight, 1e-12) << prompt << ", part " << i;
    EXPECT_EQ(parts[i].after_break, expected[i].after_break) << prompt;
  }
}

std::string cats(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "cat ";
  return text;
}

TEST(PromptGrammar, LeavesTextWithoutBracketsAlone) {
  expect_parts("", {{""}});
  expect_parts("a cat, 1:2 on a mat", {{"a cat, 1:2 on a mat"}});
}

TEST(PromptGrammar, DropsALoneBackslash) {
  expect_parts("a \\ b", {{"a  b"}});
  expect_parts("a \\d", {{"a d"}});
  expect_parts("(a\\:1.2) \\", {{"a", 1.2}, {" "}});
}

TEST(PromptGrammar, WeighsByBrackets) {
  expect_parts("a (b) c", {{"a "}, {"b", 1.1}, {" c"}});
  expect_parts("a [b] c", {{"a "}, {"b", 1 / 1.1}, {" c"}});
  expect_parts("(b:1.3)", {{"b", 1.3}});
  expect_parts("(b: +1.5 ) (c:-.5)", {{"b", 1.5}, {" "}, {"c", -0.5}});
}

TEST(PromptGrammar, MultipliesWhenNested) {
  expect_parts("a (b (c:2) [d]) e", {{"a "}, {"b ", 1.1}, {"c", 2.2}, {" ", 1.1}, {"d e"}});
  expect_parts("((x))", {{"x", 1.1 * 1.1}});
}

TEST(PromptGrammar, TakesEscapedBracketsAsText) {
  expect_parts("a \\(b\\) \\[c\\] \\\\", {{"a (b) [c] \\"}});
  expect_parts("(a \\(b\\):1.2)", {{"a (b)", 1.2}});
}

TEST(PromptGrammar, ExtendsUnbalancedBracketsToTheEnd) {
  expect_parts("a (b [c", {{"a "}, {"b ", 1.1}, {"c", 1}});
  expect_parts("a) b] c:1.2)", {{"a) b] c:1.2)"}});
}

TEST(PromptGrammar, TakesABadWeightAsText) {
  expect_parts("(a:1.2.3)", {{"a:1.2.3", 1.1}});
  expect_parts("(a:)", {{"a:", 1.1}});
  expect_parts("(a:1.2 b)", {{"a:1.2 b", 1.1}});
  expect_parts("(a:.)", {{"a:.", 1.1}});
}

TEST(PromptGrammar, BreaksOnlyAtTheWord) {
  expect_parts("a BREAK b", {{"a"}, {"b", 1, true}});
  expect_parts("aBREAK BREAKb break", {{"aBREAK BREAKb break"}});
  expect_parts("(a BREAK b:1.2)", {{"a", 1.2}, {"b", 1.2, true}});
  expect_parts("BREAK", {{""}, {"", 1, true}});
}

TEST(PromptChunks, EqualThePlainOnesWithoutSyntax) {
  for (const char* prompt : {"", "a photo of a cat, sharp", "it's <|endoftext|> here"}) {
    EXPECT_EQ(weighted_chunks(prompt, tokenizer()), std::vector{plain_chunk(prompt, tokenizer())}) << prompt;
  }
}

TEST(PromptChunks, CarryOneWeightPerToken) {
  const auto chunks = weighted_chunks("a (red cat:1.5)", tokenizer());
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].ids[4], tokenizer().eos());
  EXPECT_EQ(std::vector<float>(chunks[0].weights.begin(), chunks[0].weights.begin() + 5),
            (std::vector<float>{1, 1, 1.5F, 1.5F, 1}));
  EXPECT_FALSE(chunks[0].is_unweighted());
  EXPECT_EQ(chunks[0].weights.size(), 77U);
}

TEST(PromptChunks, FillUpBeforeTheNextOne) {
  EXPECT_EQ(weighted_chunks(cats(75), tokenizer()).size(), 1U);
  const auto chunks = weighted_chunks(cats(76), tokenizer());
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].ids[75], 2368);
  EXPECT_EQ(chunks[1].ids[1], 2368);
  EXPECT_EQ(chunks[1].ids[2], tokenizer().eos());
}

TEST(PromptChunks, GoBackToACommaThatIsNear) {
  // 60 tokens and a comma, then 14 fill the chunk: what follows the comma moves on with the token that did not fit.
  const auto chunks = weighted_chunks(cats(60) + ", " + cats(15), tokenizer());
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].ids[61], 267);
  EXPECT_EQ(chunks[0].ids[62], tokenizer().eos());
  EXPECT_EQ(chunks[1].ids[15], 2368);
  EXPECT_EQ(chunks[1].ids[16], tokenizer().eos());
}

TEST(PromptChunks, IgnoreACommaThatIsFar) {
  const auto chunks = weighted_chunks(cats(50) + ", " + cats(25), tokenizer());
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].ids[75], 2368);
  EXPECT_EQ(chunks[1].ids[2], tokenizer().eos());
}

TEST(PromptChunks, BeginAfterABreak) {
  const auto chunks = weighted_chunks("a BREAK cat", tokenizer());
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].ids[2], tokenizer().eos());
  EXPECT_EQ(chunks[1].ids[1], 2368);
}

TEST(PromptChunks, PutVectorsInThePlaceOfAWord) {
  const std::vector<PromptWord> words{{"zzmascot", 2}, {"dog", 1}};
  const auto chunks = weighted_chunks("a (ZZmascot:1.5) cat dog", tokenizer(), words);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].vectors, (std::vector<PromptVector>{{2, 0, 0}, {3, 0, 1}, {5, 1, 0}}));
  EXPECT_EQ(std::vector<std::int64_t>(chunks[0].ids.begin() + 1, chunks[0].ids.begin() + 7),
            (std::vector<std::int64_t>{320, 0, 0, 2368, 0, tokenizer().eos()}));
  EXPECT_EQ(chunks[0].weights[3], 1.5F);
  EXPECT_TRUE(weighted_chunks("zzmascots dogs", tokenizer(), words)[0].vectors.empty());
}

TEST(PromptChunks, PreferTheLongerWord) {
  const std::vector<PromptWord> words{{"zz", 1}, {"zz mascot", 1}};
  EXPECT_EQ(weighted_chunks("zz mascot zz", tokenizer(), words)[0].vectors,
            (std::vector<PromptVector>{{1, 1, 0}, {2, 0, 0}}));
}

TEST(PromptChunks, KeepAWordOfSeveralVectorsInOnePiece) {
  const std::vector<PromptWord> words{{"zzmascot", 4}};
  const auto chunks = weighted_chunks(cats(72) + "zzmascot", tokenizer(), words);
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].ids[73], tokenizer().eos());
  EXPECT_TRUE(chunks[0].vectors.empty());
  EXPECT_EQ(chunks[1].vectors, (std::vector<PromptVector>{{1, 0, 0}, {2, 0, 1}, {3, 0, 2}, {4, 0, 3}}));
  EXPECT_EQ(weighted_chunks(cats(71) + "zzmascot", tokenizer(), words).size(), 1U);
}

TEST(PromptChunks, MoveAWordBehindACommaOnWithItsVectors) {
  const std::vector<PromptWord> words{{"zzmascot", 3}};
  const auto chunks = weighted_chunks(cats(60) + "zzmascot, a zzmascot " + cats(10), tokenizer(), words);
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].vectors, (std::vector<PromptVector>{{61, 0, 0}, {62, 0, 1}, {63, 0, 2}}));
  EXPECT_EQ(chunks[1].vectors, (std::vector<PromptVector>{{2, 0, 0}, {3, 0, 1}, {4, 0, 2}}));
}

TEST(PromptChunks, AddTokensForWordsWhenPlain) {
  const std::vector<PromptWord> words{{"zzmascot", 2}, {"<toy>", 1}};
  const int size = tokenizer().vocabulary_size();
  const PromptChunk chunk = plain_chunk("a zzmascot <toy>s", tokenizer(), words);
  EXPECT_EQ(std::vector<std::int64_t>(chunk.ids.begin() + 1, chunk.ids.begin() + 7),
            (std::vector<std::int64_t>{320, size, size + 1, size + 2, 338, tokenizer().eos()}));
  EXPECT_EQ(chunk.vectors, (std::vector<PromptVector>{{2, 0, 0}, {3, 0, 1}, {4, 1, 0}}));
  // Found whatever its case, but spelled out only as it is written.
  EXPECT_EQ(plain_chunk("ZZMascot", tokenizer(), words).vectors, (std::vector<PromptVector>{{1, 0, 0}}));
}

TEST(PromptChunks, CutVectorsThatDoNotFitWhenPlain) {
  const PromptChunk chunk = plain_chunk(cats(74) + "zzmascot", tokenizer(), {{"zzmascot", 2}});
  EXPECT_EQ(chunk.vectors, (std::vector<PromptVector>{{75, 0, 0}}));
}

TEST(PromptTokenCount, CountsTheLongestOfTheWordsThatChange) {
  EXPECT_EQ(count_tokens("a [cat:red cat:3] <lora:x:1>", PromptSyntax::Weighted, tokenizer()).tokens, 3);
}

TEST(PromptTokenCount, CountsWhatTheSyntaxLeaves) {
  const TokenCount plain = count_tokens("a (cat:1.5)", PromptSyntax::Plain, tokenizer());
  EXPECT_EQ(plain.tokens, static_cast<int>(tokenizer().encode("a (cat:1.5)").size()));
  EXPECT_EQ(plain.capacity, 75);
  const TokenCount weighted = count_tokens("a (cat:1.5)", PromptSyntax::Weighted, tokenizer());
  EXPECT_EQ(weighted.tokens, 2);
  EXPECT_EQ(count_tokens(cats(80), PromptSyntax::Weighted, tokenizer()).capacity, 150);
}

}  // namespace
}  // namespace tstitch
