#include "core/text/text_encoder.h"

#include <filesystem>
#include <map>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/generated_weights.h"

namespace tstitch {
namespace {

constexpr int kWidth = 32;
constexpr int kLength = 32;

ClipTextConfig small_config() {
  ClipTextConfig config;
  config.vocab_size = 3562;
  config.hidden_size = kWidth;
  config.intermediate_size = 64;
  config.layers = 2;
  config.heads = 2;
  config.max_positions = kLength;
  return config;
}

std::map<std::string, std::vector<std::int64_t>> shapes(const ClipTextConfig& config) {
  const std::int64_t hidden = config.hidden_size, wide = config.intermediate_size;
  std::map<std::string, std::vector<std::int64_t>> result{
      {"embeddings.token_embedding.weight", {config.vocab_size, hidden}},
      {"embeddings.position_embedding.weight", {config.max_positions, hidden}},
      {"final_layer_norm.weight", {hidden}},
      {"final_layer_norm.bias", {hidden}}};
  for (int i = 0; i < config.layers; ++i) {
    const std::string layer = "encoder.layers." + std::to_string(i) + ".";
    for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj"}) {
      result[layer + name + ".weight"] = {hidden, hidden};
      result[layer + name + ".bias"] = {hidden};
    }
    for (const char* name : {"layer_norm1", "layer_norm2"}) {
      result[layer + name + ".weight"] = {hidden};
      result[layer + name + ".bias"] = {hidden};
    }
    result[layer + "mlp.fc1.weight"] = {wide, hidden};
    result[layer + "mlp.fc1.bias"] = {wide};
    result[layer + "mlp.fc2.weight"] = {hidden, wide};
    result[layer + "mlp.fc2.bias"] = {hidden};
  }
  return result;
}

class TextEncoding : public ::testing::Test {
 protected:
  TextEncoding()
      : tokenizer_(std::make_shared<const BpeTokenizer>(
            BpeTokenizer::load(std::filesystem::path(TSTITCH_SOURCE_DIR) / "models/miniature/large/tokenizer"))),
        weights_(shapes(small_config()), 5),
        network_(std::make_shared<const ClipTextModel>(WeightScope(weights_, {}), small_config())),
        encoder_(tokenizer_, network_, small_config()) {}

  /// The network's own answer for one row of ids.
  [[nodiscard]] at::Tensor states(const std::vector<std::int64_t>& ids) const {
    return (*network_)(at::tensor(ids, at::kLong).unsqueeze(0), {}).last_hidden_state;
  }
  [[nodiscard]] at::Tensor encoded(const std::string& prompt, PromptSyntax syntax) const {
    return encoder_.encode({prompt, std::nullopt, syntax}).positive;
  }

  std::shared_ptr<const BpeTokenizer> tokenizer_;
  test::GeneratedWeights weights_;
  std::shared_ptr<const ClipTextModel> network_;
  TextEncoder encoder_;
};

std::string cats(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "cat ";
  return text;
}

TEST_F(TextEncoding, EncodesThePaddedPromptAsItStands) {
  const at::Tensor positive = encoded("a (red:1.5) cat", PromptSyntax::Plain);
  EXPECT_EQ(positive.sizes(), (at::IntArrayRef{1, kLength, kWidth}));
  EXPECT_TRUE(at::equal(positive, states(tokenizer_->encode_padded("a (red:1.5) cat"))));
}

TEST_F(TextEncoding, EncodesANegativePromptOnlyWhenAsked) {
  EXPECT_FALSE(encoder_.encode({"a cat", std::nullopt, PromptSyntax::Plain}).negative.defined());
  const Conditioning empty = encoder_.encode({"a cat", "", PromptSyntax::Plain});
  EXPECT_TRUE(at::equal(empty.negative, states(tokenizer_->encode_padded(""))));
}

TEST_F(TextEncoding, TakesTheEmptyTextWhereARequestHasNoNegativePrompt) {
  GenerationRequest request;
  request.prompt = "a cat";
  EXPECT_EQ(text_prompts(request, true).negative, "");
  EXPECT_EQ(text_prompts(request, false).negative, std::nullopt);
  request.negative_prompt = "dark";
  EXPECT_EQ(text_prompts(request, true).negative, "dark");
}

TEST_F(TextEncoding, IsTheSameInBothSyntaxesForAShortTextWithoutBrackets) {
  EXPECT_TRUE(at::equal(encoded("a red cat", PromptSyntax::Weighted), encoded("a red cat", PromptSyntax::Plain)));
}

TEST_F(TextEncoding, WeighsStatesAndRestoresTheMean) {
  const at::Tensor plain = encoded("a red cat", PromptSyntax::Plain);
  const at::Tensor weighted = encoded("a (red:2) cat", PromptSyntax::Weighted);
  EXPECT_NEAR(weighted.mean().item<float>(), plain.mean().item<float>(), 1e-5);
  const auto red = static_cast<std::int64_t>(1 + tokenizer_->encode("a").size());
  const at::Tensor ratio = weighted / plain;
  const float others = ratio[0][0][0].item<float>();
  EXPECT_NEAR(ratio[0][red][3].item<float>(), 2 * others, 1e-3 * std::abs(others));
  EXPECT_NEAR(ratio[0][kLength - 1][7].item<float>(), others, 1e-3 * std::abs(others));
}

TEST_F(TextEncoding, EncodesALongPromptInChunksOfItsOwn) {
  const at::Tensor positive = encoded(cats(40), PromptSyntax::Weighted);
  ASSERT_EQ(positive.size(1), 2 * kLength);
  EXPECT_TRUE(at::equal(positive.slice(1, 0, kLength), states(tokenizer_->encode_padded(cats(30)))));
  EXPECT_TRUE(at::equal(positive.slice(1, kLength), states(tokenizer_->encode_padded(cats(10)))));
}

TEST_F(TextEncoding, FillsTheShorterHalfWithEmptyChunks) {
  const at::Tensor empty = states(tokenizer_->encode_padded(""));
  const Conditioning long_prompt = encoder_.encode({cats(40), "dark", PromptSyntax::Weighted});
  ASSERT_EQ(long_prompt.negative.size(1), 2 * kLength);
  EXPECT_TRUE(at::equal(long_prompt.negative.slice(1, kLength), empty));
  const Conditioning long_negative = encoder_.encode({"a cat", cats(70), PromptSyntax::Weighted});
  ASSERT_EQ(long_negative.positive.size(1), 3 * kLength);
  EXPECT_TRUE(at::equal(long_negative.positive.slice(1, 2 * kLength), empty));
}

TEST_F(TextEncoding, RefusesATokenizerThatDoesNotFit) {
  ClipTextConfig few_tokens = small_config(), few_positions = small_config();
  few_tokens.vocab_size -= 1;
  few_positions.max_positions -= 1;
  EXPECT_THROW(TextEncoder(tokenizer_, network_, few_tokens), BadInput);
  EXPECT_THROW(TextEncoder(tokenizer_, network_, few_positions), BadInput);
}

TEST_F(TextEncoding, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)encoder_.encode({"a cat", "", PromptSyntax::Plain}, source.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
