#include "core/prompt/bpe_files.h"

#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/text.h"

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

constexpr const char* kSerialized = R"({
  "version": "1.0", "truncation": {"vocab": {"x": -1}, "merges": [1]},
  "added_tokens": [{"id": 2, "content": "<end>", "lstrip": false, "normalized": true, "special": true},
                   {"id": 3, "content": "<pad>"}],
  "post_processor": {"type": "RobertaProcessing", "sep": ["<end>", 2]},
  "model": {"type": "BPE", "dropout": null, "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b", ["a", "b c"]]}})";

TEST(BpeTokenizerJson, ReadsTheThreePlacesThatMatter) {
  const SerializedTokenizer tokenizer = parse_tokenizer_json(kSerialized, "tokenizer.json");
  EXPECT_EQ(tokenizer.vocabulary, (BpeTokenizer::Vocabulary{{"a", 0}, {"b", 1}, {"ab", 2}}));
  EXPECT_EQ(tokenizer.merges, (BpeTokenizer::Merges{{"a", "b"}, {"a", "b c"}}));
  EXPECT_EQ(tokenizer.added, (std::vector<AddedToken>{{"<end>", true}, {"<pad>", false}}));
}

TEST(BpeTokenizerJson, RefusesWhatIsNone) {
  const auto refused = [](const std::string& json) {
    return refusal([&] { (void)parse_tokenizer_json(json, "tokenizer.json"); });
  };
  const auto model = [](const char* body) { return concat(R"({"model": {)", body, "}}"); };
  EXPECT_NE(refused(model(R"("type": "Unigram")")).find("a model of type Unigram"), std::string::npos);
  EXPECT_NE(refused(model(R"("vocab": [["a", 0.5]])")).find("a list of symbols"), std::string::npos);
  EXPECT_NE(refused(model(R"("vocab": {"a": 1})")).find("ids below"), std::string::npos);
  EXPECT_NE(refused(model(R"("vocab": {"a": {}})")).find("an object inside"), std::string::npos);
  EXPECT_NE(refused(model(R"("vocab": {"a": []})")).find("an array"), std::string::npos);
  EXPECT_NE(refused(model(R"("vocab": {}, "vocab": {})")).find("/model/vocab twice"), std::string::npos);
  EXPECT_NE(refused(model(R"("merges": [], "merges": [])")).find("/model/merges twice"), std::string::npos);
  for (const char* merges : {R"(["a"])", R"(["a b c"])", R"([["a"]])", R"([["a", "b", "c"]])", "[1]", "[null]", "[{}]",
                             R"([["a", 1]])", "[true]", "[-1]", "[0.5]", R"([[["a", "b"]]])"}) {
    EXPECT_NE(refused(model(concat(R"("merges": )", merges).c_str())).find("merge"), std::string::npos) << merges;
  }
  EXPECT_NE(refused(R"({"added_tokens": [{"id": 1}]})").find("without content"), std::string::npos);
  EXPECT_NE(refused(R"({"added_tokens": [["content"]]})").find("a list as an added token"), std::string::npos);
  EXPECT_NE(refused(R"({"added_tokens": [{"content": "a", "single_word": true}]})").find("single_word"),
            std::string::npos);
  EXPECT_NE(refused(std::string(100, '[')).find("levels"), std::string::npos);
  EXPECT_NE(refused(R"({"model": )").find("syntax error at byte"), std::string::npos);
}

TEST(BpeByteSymbols, SpellEveryByteOnce) {
  const auto& symbols = byte_symbols();
  EXPECT_EQ(std::set<std::string>(symbols.begin(), symbols.end()).size(), 256U);
  EXPECT_EQ(symbols['a'], "a");
  EXPECT_EQ(symbols[' '], "\xC4\xA0");  // U+0120, the best known of them
}

}  // namespace
}  // namespace tstitch
