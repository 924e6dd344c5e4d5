#include "core/prompt/bpe_tokenizer.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/prompt/bpe_files.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::int64_t>;

const fs::path kPublishedMerges = fs::path(TSTITCH_SOURCE_DIR) / "resources/tokenizer/merges.txt";
const fs::path kSmallFolder = fs::path(TSTITCH_SOURCE_DIR) / "models/miniature/large/tokenizer";

const BpeTokenizer& published() {
  static const BpeTokenizer tokenizer = BpeTokenizer::published_clip(kPublishedMerges);
  return tokenizer;
}

/// Compares every line of a golden file; returns how many there were.
std::size_t expect_golden_ids(const BpeTokenizer& tokenizer, const std::string& name) {
  std::ifstream file(fs::path(TSTITCH_GOLDEN_DIR) / name);
  const auto rows = nlohmann::json::parse(file);
  for (const auto& row : rows) {
    const auto text = row[0].get<std::string>();
    EXPECT_EQ(tokenizer.encode(text), row[1].get<Ids>()) << row[0].dump(-1, ' ', true);
  }
  return rows.size();
}

TokenizerConfig padded_with(std::string_view pad) {
  TokenizerConfig config;
  config.pad = pad;
  return config;
}

TEST(BpeTokenizer, EqualsTheReferenceOnThePublishedVocabulary) {
  EXPECT_GE(expect_golden_ids(published(), "tokenizer_clip.json"), 500U);
}

TEST(BpeTokenizer, EqualsTheReferenceOnASmallVocabulary) {
  EXPECT_GE(expect_golden_ids(BpeTokenizer::load(kSmallFolder), "tokenizer_small.json"), 180U);
}

TEST(BpeTokenizer, FindsAPadTokenInTheTextAsTheReferenceDoes) {
  const BpeTokenizer tokenizer = BpeTokenizer::published_clip(kPublishedMerges, padded_with("!"));
  EXPECT_GE(expect_golden_ids(tokenizer, "tokenizer_clip_pad0.json"), 25U);
}

std::string text_of(const nlohmann::json& value) {
  return value.is_null() ? std::string() : value.dump();
}

/// The added tokens as tokenizer.json has them.
std::vector<AddedToken> serialized_tokens(const nlohmann::json& list) {
  std::vector<AddedToken> tokens;
  for (const auto& each : list) tokens.push_back({each["content"].get<std::string>(), each["normalized"].get<bool>()});
  return tokens;
}

TEST(BpeTokenizer, TreatsTheSpecialTokensOfPublishedFoldersAsTheReferenceDoes) {
  std::ifstream file(fs::path(TSTITCH_GOLDEN_DIR) / "tokenizer_folders.json");
  const auto golden = nlohmann::json::parse(file);
  ASSERT_GE(golden["folders"].size(), 11U);
  for (const auto& row : golden["folders"]) {
    const auto tokenizer = BpeTokenizer::published_clip(
        kPublishedMerges, parse_tokenizer_config(row["tokenizer_config"].dump(), text_of(row["special_tokens_map"]),
                                                 "tokenizer_config.json", serialized_tokens(row["added_tokens"])));
    EXPECT_EQ(tokenizer.pad(), row["pad"].get<std::int64_t>()) << row["folder"];
    for (std::size_t i = 0; i < golden["texts"].size(); ++i) {
      EXPECT_EQ(tokenizer.encode(golden["texts"][i].get<std::string>()), row["ids"][i].get<Ids>())
          << row["folder"] << ": " << golden["texts"][i].dump(-1, ' ', true);
    }
  }
}

/// The ids of a text with start and end; nothing where the folder is refused.
nlohmann::json read_folder(const fs::path& folder, const nlohmann::json& texts) {
  try {
    constexpr int kSilent = 99;
    const BpeTokenizer tokenizer = BpeTokenizer::load(folder, kSilent);
    nlohmann::json ids = nlohmann::json::array();
    for (const auto& text : texts) {
      Ids each = tokenizer.encode(text.get<std::string>());
      each.insert(each.begin(), tokenizer.bos());
      each.push_back(tokenizer.eos());
      ids.push_back(each);
    }
    const int length = tokenizer.max_length();
    return {{"length", length == kSilent ? 0 : length}, {"pad", tokenizer.pad()}, {"ids", ids}};
  } catch (const BadInput&) {
    return nullptr;
  }
}

// Every file of a tokenizer's folder counts, and every way of writing them that the reference reads.
TEST(BpeTokenizer, ReadsFoldersAsTheReferenceDoes) {
  std::ifstream file(fs::path(TSTITCH_GOLDEN_DIR) / "tokenizer_files.json");
  const auto golden = nlohmann::json::parse(file);
  BpeTokenizer::Merges merges;
  for (const std::string merge : golden["merges"]) {
    merges.emplace_back(merge.substr(0, merge.find(' ')), merge.substr(merge.find(' ') + 1));
  }
  ASSERT_GE(golden["folders"].size(), 20U);
  for (const auto& row : golden["folders"]) {
    const test::TemporaryFolder folder;
    folder.write("vocab.json", nlohmann::json(clip_vocabulary(merges)).dump());
    for (const auto& [name, text] : row["files"].items()) folder.write(name, text.get<std::string>());
    EXPECT_EQ(read_folder(folder.path(), golden["texts"]), row["read"]) << row["name"];
  }
}

/// A folder as transformers 5 saves it: tokenizer.json and tokenizer_config.json alone.
class SerializedFolder : public testing::Test {
 protected:
  void SetUp() override {
    fs::copy_file(kSmallFolder / "tokenizer_config.json", folder_.path() / "tokenizer_config.json");
    nlohmann::json model{{"type", "BPE"}, {"vocab", nlohmann::json::parse(std::ifstream(kSmallFolder / "vocab.json"))}};
    std::ifstream merges(kSmallFolder / "merges.txt");
    std::string line;
    for (std::getline(merges, line); std::getline(merges, line);) {
      const std::size_t blank = line.find(' ');
      model["merges"].push_back({line.substr(0, blank), line.substr(blank + 1)});
    }
    nlohmann::json added;
    for (const char* token : {"<|startoftext|>", "<|endoftext|>"}) {
      added.push_back({{"id", model["vocab"][token]}, {"content", token}, {"normalized", false}, {"special", true}});
    }
    folder_.write("tokenizer.json", nlohmann::json{{"added_tokens", added}, {"model", model}}.dump());
  }

  [[nodiscard]] std::string refusal() const {
    try {
      (void)BpeTokenizer::load(folder_.path());
    } catch (const BadInput& problem) {
      return problem.where();
    }
    return "accepted";
  }

  test::TemporaryFolder folder_;
};

TEST_F(SerializedFolder, NeedsNoOtherTables) {
  EXPECT_GE(expect_golden_ids(BpeTokenizer::load(folder_.path()), "tokenizer_small.json"), 180U);
}

TEST_F(SerializedFolder, CountsMoreThanTheTablesBesideIt) {
  folder_.write("vocab.json", R"({"a": 0})");
  EXPECT_GT(BpeTokenizer::load(folder_.path()).vocabulary_size(), 1000);
}

TEST_F(SerializedFolder, IsRefusedForADamagedFileOfAnyKind) {
  folder_.write("merges.txt", "a b c\n");
  EXPECT_EQ(refusal(), (folder_.path() / "merges.txt").string());
  fs::remove(folder_.path() / "merges.txt");
  folder_.write("vocab.json", "[]");
  EXPECT_EQ(refusal(), (folder_.path() / "vocab.json").string());
  folder_.write("tokenizer.json", "[");
  fs::remove(folder_.path() / "vocab.json");
  EXPECT_EQ(refusal(), (folder_.path() / "tokenizer.json").string());
  fs::remove(folder_.path() / "tokenizer.json");
  EXPECT_EQ(refusal(), (folder_.path() / "vocab.json").string()) << "without tables the older ones are asked for";
}

TEST(BpeTokenizer, AppendsAddedTokensThatTheVocabularyLacks) {
  TokenizerConfig config;
  config.added = {{"<b>", false}, {"a", false}, {"<c>", true}};
  const BpeTokenizer tokenizer = BpeTokenizer::published_clip(kPublishedMerges, config);
  EXPECT_EQ(tokenizer.vocabulary_size(), 49410);
  EXPECT_EQ(tokenizer.encode("<C><b>"), (Ids{49409, 49408}));
}

TEST(BpeTokenizer, StaysQuickOnManySpecialTokens) {
  // Looking for the next one of every kind after each hit would read the text 100,000 times.
  const BpeTokenizer tokenizer = BpeTokenizer::published_clip(kPublishedMerges, padded_with("!"));
  EXPECT_EQ(tokenizer.encode(std::string(100'000, '!')), Ids(100'000, 0));
}

TEST(BpeTokenizer, HasThePublishedNumbers) {
  EXPECT_EQ(published().vocabulary_size(), 49408);
  EXPECT_EQ(published().bos(), 49406);
  EXPECT_EQ(published().eos(), 49407);
  EXPECT_EQ(published().id_of(",</w>"), 267);
  EXPECT_EQ(published().id_of("no such symbol"), -1);
}

TEST(BpeTokenizer, PadsToTheLengthOfTheModel) {
  const Ids ids = published().encode_padded("a cat");
  ASSERT_EQ(ids.size(), 77U);
  EXPECT_EQ(Ids(ids.begin(), ids.begin() + 5), (Ids{49406, 320, 2368, 49407, 49407}));
  EXPECT_EQ(ids.back(), 49407);
}

TEST(BpeTokenizer, PadsWithThePadTokenOfTheConfig) {
  TokenizerConfig config = padded_with("!");
  config.model_max_length = 6;
  const BpeTokenizer tokenizer = BpeTokenizer::published_clip(kPublishedMerges, config);
  EXPECT_EQ(tokenizer.encode_padded("a cat"), (Ids{49406, 320, 2368, 49407, 0, 0}));
}

TEST(BpeTokenizer, CutsALongTextAndKeepsTheEnd) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "cat ";
  const Ids ids = published().encode_padded(text);
  ASSERT_EQ(ids.size(), 77U);
  EXPECT_EQ(ids[75], 2368);
  EXPECT_EQ(ids[76], 49407);
}

TEST(BpeTokenizer, StaysQuickOnOneVeryLongWord) {
  // A merge loop that rescans the word would need 10^11 steps here.
  EXPECT_GT(published().encode(std::string(300'000, 'a')).size(), 1000U);
}

TEST(BpeTokenizer, RefusesTextThatIsNotUtf8) {
  EXPECT_THROW((void)published().encode("a\xC3"), BadInput);
}

TEST(BpeTokenizer, MapsUnknownBytesToTheUnknownToken) {
  TokenizerConfig config;
  config.bos = config.eos = config.unk = config.pad = "<u>";
  const BpeTokenizer tokenizer({{"a", 0}, {"a</w>", 1}, {"<u>", 2}, {"aa</w>", 3}}, {{"a", "a</w>"}}, config);
  EXPECT_EQ(tokenizer.encode("aa ba"), (Ids{3, 2, 1}));
}

TEST(BpeTokenizer, RefusesAMergeOutsideTheVocabulary) {
  TokenizerConfig config;
  config.bos = config.eos = config.unk = config.pad = "a";
  try {
    const BpeTokenizer tokenizer({{"a", 0}, {"b", 1}}, {{"a", "b"}}, config, "here");
    FAIL();
  } catch (const BadInput& problem) {
    EXPECT_EQ(problem.where(), "here");
    EXPECT_NE(std::string(problem.what()).find("'ab'"), std::string::npos) << problem.what();
  }
}

TEST(BpeTokenizer, AppendsSpecialTokensThatTheVocabularyLacks) {
  const BpeTokenizer tokenizer({{"a", 0}}, {}, TokenizerConfig{}, "here");
  EXPECT_EQ(tokenizer.vocabulary_size(), 3);
  EXPECT_EQ(tokenizer.eos(), tokenizer.pad());
  TokenizerConfig empty;
  empty.pad.clear();
  EXPECT_THROW(BpeTokenizer({{"a", 0}}, {}, empty, "here"), BadInput);
}

TEST(BpeTokenizer, NamesTheFileThatIsMissing) {
  try {
    (void)BpeTokenizer::load("no/such/folder");
    FAIL();
  } catch (const BadInput& problem) {
    EXPECT_NE(problem.sentence().find("no/such/folder/"), std::string::npos) << problem.sentence();
  }
}

TEST(BpeTokenizer, IsMadeAgainFromItsTables) {
  const BpeTokenizer published =
      BpeTokenizer::published_clip(std::filesystem::path(TSTITCH_SOURCE_DIR) / "resources/tokenizer/merges.txt");
  const BpeTokenizer again(published.tables());
  for (const std::string text : {"a photograph of an astronaut riding a horse", "(Caf\xC3\xA9:1.2), 42 it's", ""}) {
    EXPECT_EQ(again.encode_padded(text), published.encode_padded(text)) << text;
  }
  TokenizerTables broken = published.tables();
  broken.merges.pop_back();
  EXPECT_THROW(BpeTokenizer{broken}, BadInput);
  broken = published.tables();
  broken.symbols.push_back(broken.symbols.front());
  EXPECT_THROW(BpeTokenizer{broken}, BadInput);
}

}  // namespace
}  // namespace tstitch
