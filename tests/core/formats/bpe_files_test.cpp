#include "core/formats/bpe_files.h"

#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const BadInput& problem) {
    return problem.sentence();
  }
  return "nothing was refused";
}

std::string vocabulary_refusal(const char* json) {
  return refusal([=] { (void)parse_vocabulary(json, "vocab.json"); });
}

std::string merges_refusal(const char* text) {
  return refusal([=] { (void)parse_merges(text, "merges.txt"); });
}

TEST(BpeVocabularyFile, ReadsSymbolsAndIds) {
  const auto vocabulary = parse_vocabulary(R"({"a": 1, "\u0120</w>": 0})", "vocab.json");
  EXPECT_EQ(vocabulary.at("a"), 1);
  EXPECT_EQ(vocabulary.at("\xC4\xA0</w>"), 0);
}

TEST(BpeVocabularyFile, RefusesWhatIsNoVocabulary) {
  const std::string id_over_size = vocabulary_refusal(R"({"a": 2, "b": 0})");
  EXPECT_EQ(id_over_size, "vocab.json: expected ids below the vocabulary's size 2, found 2 for symbol 'a'.");
  EXPECT_NE(vocabulary_refusal(R"({"a": 0, "b": 0})").find("every id once"), std::string::npos);
  EXPECT_NE(vocabulary_refusal(R"({"a": 0, "a": 1})").find("it twice for symbol 'a'"), std::string::npos);
  EXPECT_NE(vocabulary_refusal(R"({"a": -1})").find("negative id"), std::string::npos);
  EXPECT_NE(vocabulary_refusal(R"({"a": 0.5})").find("no integer"), std::string::npos);
  EXPECT_NE(vocabulary_refusal(R"({"a": 99999999999999999999999})").find("no integer"), std::string::npos);
  EXPECT_NE(vocabulary_refusal(R"({"a": "0"})").find("a string"), std::string::npos);
  EXPECT_NE(vocabulary_refusal(R"({"a": {}})").find("an object inside"), std::string::npos);
  EXPECT_NE(vocabulary_refusal(R"(["a"])").find("an array"), std::string::npos);
  EXPECT_NE(vocabulary_refusal("7").find("a bare number"), std::string::npos);
  EXPECT_NE(vocabulary_refusal(R"({"a": 0)").find("syntax error"), std::string::npos);
  EXPECT_NE(vocabulary_refusal("").find("syntax error"), std::string::npos);
}

TEST(BpeMergesFile, ReadsPairsWithAndWithoutAHeader) {
  const BpeTokenizer::Merges expected{{"a", "b"}, {"#", "#</w>"}};
  EXPECT_EQ(parse_merges("#version: 0.2\na b\n# #</w>\n", "merges.txt"), expected);
  EXPECT_EQ(parse_merges("a b\r\n# #</w>", "merges.txt"), expected);
}

TEST(BpeMergesFile, RefusesALineThatIsNotTwoSymbols) {
  EXPECT_EQ(merges_refusal("#version: 0.2\na b\na b c\n"),
            "merges.txt: line 3: expected two symbols with a blank between them, found 'a b c'.");
  for (const char* line : {"a", "a  b", " a", "a ", "a b\n\nc d", " "}) {
    EXPECT_NE(merges_refusal(line).find("expected two symbols"), std::string::npos) << line;
  }
}

TEST(BpeByteSymbols, SpellEveryByteOnce) {
  const auto& symbols = byte_symbols();
  EXPECT_EQ(std::set<std::string>(symbols.begin(), symbols.end()).size(), 256U);
  EXPECT_EQ(symbols['a'], "a");
  EXPECT_EQ(symbols[' '], "\xC4\xA0");  // U+0120, the best known of them
}

}  // namespace
}  // namespace tstitch
