#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/model_config.h"
#include "tests/support/refusal.h"

namespace tstitch {
namespace {

constexpr const char* kFile = "tokenizer_config.json";

const auto refusal = [](auto parse) { return test::refusal_in(kFile, parse); };

TEST(TokenizerConfigFile, readsTextsAndObjects) {
  const TokenizerConfig tokenizer = parse_tokenizer_config(
      R"({"tokenizer_class": "CLIPTokenizer", "model_max_length": 32, "do_lower_case": true,
          "bos_token": {"__type": "AddedToken", "content": "<start>"}, "pad_token": "<end>"})",
      "", kFile);
  EXPECT_EQ(tokenizer.model_max_length, 32);
  EXPECT_EQ(tokenizer.bos, "<start>");
  EXPECT_EQ(tokenizer.pad, "<end>");
  EXPECT_EQ(tokenizer.eos, "<|endoftext|>");
}

TEST(TokenizerConfigFile, theMapOverrulesOldFilesOnly) {
  const std::string map = R"({"pad_token": "!"})";
  EXPECT_EQ(parse_tokenizer_config(R"({"pad_token": "<|endoftext|>"})", map, kFile).pad, "!");
  EXPECT_EQ(parse_tokenizer_config(R"({"pad_token": "<|endoftext|>", "added_tokens_decoder": {}})", map, kFile).pad,
            "<|endoftext|>");
}

TEST(TokenizerConfigFile, wrongValuesAreNamed) {
  EXPECT_THAT(refusal([] { return parse_tokenizer_config(R"({"tokenizer_class": "T5Tokenizer"})", "", kFile); }),
              testing::HasSubstr("tokenizer_class"));
  EXPECT_THAT(refusal([] { return parse_tokenizer_config(R"({"model_max_length": 1})", "", kFile); }),
              testing::HasSubstr("model_max_length"));
  EXPECT_THAT(refusal([] { return parse_tokenizer_config(R"({"bos_token": {"x": 1}})", "", kFile); }),
              testing::HasSubstr("bos_token"));
}

std::vector<AddedToken> added_by(std::string_view config, std::string_view map = {},
                                 const std::vector<AddedToken>& serialized = {}) {
  return parse_tokenizer_config(config, map, kFile, serialized).added;
}

const AddedToken kPlainStart{"<|startoftext|>", false};

TEST(TokenizerConfigFile, ofSeveralMentionsTheLastOneCounts) {
  const std::vector<AddedToken> normalized_end{kPlainStart, {"<|endoftext|>", true}};
  const std::vector<AddedToken> plain_end{kPlainStart, {"<|endoftext|>", false}};
  EXPECT_EQ(added_by(R"({"pad_token": {"content": "<|endoftext|>", "normalized": true}})"), normalized_end);
  EXPECT_EQ(added_by(R"({"eos_token": {"content": "<|endoftext|>", "normalized": true}})"), plain_end)
      << "the pad token is a plain text by default";
}

TEST(TokenizerConfigFile, anObjectThatDoesNotSayIsNormalizedOnlyInTheConfig) {
  const std::string token = R"({"pad_token": {"content": "!"}})";
  EXPECT_EQ(added_by(token).back(), (AddedToken{"!", true}));
  EXPECT_EQ(added_by("{}", token).back(), (AddedToken{"!", false}));
}

TEST(TokenizerConfigFile, listedTokensOverruleAndKeepTheOrderOfTheirIds) {
  const std::string list = R"({"added_tokens_decoder": {"10": {"content": "<b>"}, "9": {"content": "<a>"},
                               "49407": {"content": "<|endoftext|>", "normalized": true}}})";
  const std::vector<AddedToken> expected{{"<a>", true}, {"<b>", true}, {"<|endoftext|>", true}, kPlainStart};
  EXPECT_EQ(added_by(list, {}, {{"<c>", true}}), expected) << "and tokenizer.json is not asked then";
  EXPECT_EQ(added_by("{}", {}, {{"<c>", true}, {"<|endoftext|>", true}}),
            (std::vector<AddedToken>{{"<c>", true}, {"<|endoftext|>", true}, kPlainStart}));
}

TEST(TokenizerConfigFile, damagedListsAreNamed) {
  for (const char* list :
       {"[]", R"({"x": {"content": "a"}})", R"({"1": "a"})", R"({"1": {}})",
        R"({"1": {"content": "a", "single_word": true}})", R"({"1": {"content": "a", "normalized": 1}})"}) {
    const std::string config = concat(R"({"added_tokens_decoder": )", list, "}");
    EXPECT_THAT(refusal([&] { return parse_tokenizer_config(config, "", kFile); }),
                testing::HasSubstr("added_tokens_decoder"))
        << list;
  }
}

TEST(TokenizerConfigFile, aDamagedMapIsNamedItself) {
  try {
    (void)parse_tokenizer_config("{}", "[", "folder/tokenizer_config.json");
    FAIL();
  } catch (const BadInput& problem) {
    EXPECT_EQ(problem.where(), "folder/special_tokens_map.json");
  }
}

}  // namespace
}  // namespace tstitch
