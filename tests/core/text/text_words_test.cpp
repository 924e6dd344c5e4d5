#include <fstream>
#include <string>
#include <vector>

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/text/text_encoder.h"
#include "tests/support/golden.h"
#include "tests/support/lists/published_list.h"
#include "tests/support/small_text.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

/// tests/golden/make_text_words.py.
constexpr int kSeed = 11;
constexpr double kTolerance = 1e-5;
const std::vector<std::string> kPrompts{"a zz b", "ZZ <toy>s", "no word", "abcdefghijkl zz"};

class TextWordsGolden : public testing::Test {
 protected:
  TextWordsGolden() {
    const nlohmann::json files = test::published_list(TSTITCH_GOLDEN_DIR, "small-model").at("files");
    for (const auto& [name, text] : files.items()) folder_.write(name, text.get<std::string>());
    config_.vocab_size = 516;
    config_.hidden_size = 32;
    config_.intermediate_size = 64;
    config_.layers = 3;
    config_.heads = 4;
    config_.max_positions = 16;
    config_.projection_dim = 24;
    config_.with_projection = true;
    config_.activation = TextActivation::Gelu;
  }

  [[nodiscard]] TextEncoder encoder(bool end_is_largest) const {
    ClipTextConfig config = config_;
    if (!end_is_largest) config.eos_token_id = 515;
    std::map<std::string, std::vector<std::int64_t>> shapes;
    for (const auto& [name, shape] : test::text_shapes(config)) {
      shapes[name.starts_with("text_projection") ? name : "text_model." + name] = shape;
    }
    const test::GeneratedWeights weights(shapes, kSeed);
    return {std::make_shared<const BpeTokenizer>(BpeTokenizer::load(folder_.path() / "tokenizer")),
            std::make_shared<const ClipTextModel>(WeightScope(weights, {}), config), config};
  }

  [[nodiscard]] EncodedText encoded(const TextEncoder& encoder, const std::string& prompt, TextStates states,
                                    HiddenLayer layer) const {
    return encoder.encode(encoder.chunks_of(prompt, PromptSyntax::Plain, words_), states, {}, layer, words_);
  }

  test::TemporaryFolder folder_;
  ClipTextConfig config_;
  std::vector<TextWord> words_{{"zz", test::generated_tensor("zz", {2, 32}, kSeed)},
                               {"<toy>", test::generated_tensor("<toy>", {1, 32}, kSeed)}};
  test::Golden golden_ = TSTITCH_GOLDEN("text_words");
};

TEST_F(TextWordsGolden, PutsVectorsWhereDiffusersPutsThem) {
  const TextEncoder named = encoder(false);
  for (std::size_t i = 0; i < kPrompts.size(); ++i) {
    const std::string at = std::to_string(i) + ".";
    const auto chunks = named.chunks_of(kPrompts[i], PromptSyntax::Plain, words_);
    EXPECT_TRUE(at::equal(at::tensor(chunks.front().ids, at::kInt), golden_[at + "ids"].view({-1}))) << kPrompts[i];
    const EncodedText text = encoded(named, kPrompts[i], TextStates::Last, 2);
    EXPECT_TENSOR_NEAR_RELATIVE(text.states, golden_[at + "norm2"], kTolerance) << kPrompts[i];
  }
}

TEST_F(TextWordsGolden, PoolsAtTheEndThatTheConfigNames) {
  for (const bool largest : {false, true}) {
    const TextEncoder encoder = this->encoder(largest);
    for (std::size_t i = 0; i < kPrompts.size(); ++i) {
      const std::string name = std::to_string(i) + (largest ? ".pooled.largest" : ".pooled.named");
      EXPECT_TENSOR_NEAR_RELATIVE(encoded(encoder, kPrompts[i], TextStates::Last, {}).pooled, golden_[name], kTolerance)
          << name;
    }
  }
}

TEST_F(TextWordsGolden, CountsLayersFromTheEnd) {
  const TextEncoder encoder = this->encoder(false);
  for (int layer = 1; layer <= 4; ++layer) {
    const std::string at = std::to_string(layer);
    EXPECT_TENSOR_NEAR_RELATIVE(encoded(encoder, kPrompts[0], TextStates::Last, layer).states, golden_["0.norm" + at],
                                kTolerance);
    EXPECT_TENSOR_NEAR_RELATIVE(encoded(encoder, kPrompts[0], TextStates::Penultimate, layer).states,
                                golden_["0.layer" + at], kTolerance);
  }
  EXPECT_TRUE(at::equal(encoded(encoder, kPrompts[0], TextStates::Last, {}).states,
                        encoded(encoder, kPrompts[0], TextStates::Last, 1).states));
  EXPECT_TRUE(at::equal(encoded(encoder, kPrompts[0], TextStates::Penultimate, {}).states,
                        encoded(encoder, kPrompts[0], TextStates::Penultimate, 2).states));
}

TEST_F(TextWordsGolden, IsTheSameForAWordInBothSyntaxes) {
  const TextEncoder encoder = this->encoder(false);
  const auto weighted = encoder.chunks_of("a zz b", PromptSyntax::Weighted, words_);
  EXPECT_TRUE(at::equal(encoder.encode(weighted, TextStates::Last, {}, {}, words_).states,
                        encoded(encoder, "a zz b", TextStates::Last, {}).states));
}

}  // namespace
}  // namespace tstitch
