#include "core/text/text_encoder.h"

#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/small_text.h"

namespace tstitch {
namespace {

constexpr int kWidth = 32;
constexpr int kLength = 32;

class TextEncoding : public ::testing::Test {
 protected:
  /// The network's own answer for one row of ids.
  [[nodiscard]] ClipTextModel::Output output(const std::vector<std::int64_t>& ids) const {
    return (*network_)(at::tensor(ids, at::kLong).unsqueeze(0), {});
  }
  [[nodiscard]] at::Tensor states(const std::vector<std::int64_t>& ids) const { return output(ids).last_hidden_state; }
  [[nodiscard]] at::Tensor encoded(const std::string& prompt, PromptSyntax syntax) const {
    return encoder_.encode(encoder_.chunks_of(prompt, syntax), TextStates::Last).states;
  }

  std::shared_ptr<const BpeTokenizer> tokenizer_ = test::bundled_tokenizer(TSTITCH_SOURCE_DIR);
  std::shared_ptr<const ClipTextModel> network_ = test::small_text_network(test::small_text_config(), 5);
  TextEncoder encoder_{tokenizer_, network_, test::small_text_config()};
};

TEST_F(TextEncoding, EncodesThePaddedPromptAsItStands) {
  const at::Tensor positive = encoded("a (red:1.5) cat", PromptSyntax::Plain);
  EXPECT_EQ(positive.sizes(), (at::IntArrayRef{1, kLength, kWidth}));
  EXPECT_TRUE(at::equal(positive, states(tokenizer_->encode_padded("a (red:1.5) cat"))));
}

TEST_F(TextEncoding, TakesTheStatesThatItIsAskedForAndThePooledVector) {
  const auto chunks = encoder_.chunks_of("a cat", PromptSyntax::Plain);
  const ClipTextModel::Output expected = output(tokenizer_->encode_padded("a cat"));
  EXPECT_TRUE(at::equal(encoder_.encode(chunks, TextStates::Last).states, expected.last_hidden_state));
  EXPECT_TRUE(at::equal(encoder_.encode(chunks, TextStates::Penultimate).states, expected.hidden));
  EXPECT_TRUE(at::equal(encoder_.encode(chunks, TextStates::Penultimate).pooled, expected.pooled));
  EXPECT_FALSE(at::equal(expected.last_hidden_state, expected.hidden));
}

TEST_F(TextEncoding, PoolsTheFirstChunkWithoutItsWeights) {
  const auto chunks = encoder_.chunks_of("a (red:2) cat " + test::cats(40), PromptSyntax::Weighted);
  ASSERT_GT(chunks.size(), 1U);
  EXPECT_TRUE(at::equal(encoder_.encode(chunks, TextStates::Last).pooled, output(chunks.front().ids).pooled));
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
  const at::Tensor positive = encoded(test::cats(40), PromptSyntax::Weighted);
  ASSERT_EQ(positive.size(1), 2 * kLength);
  EXPECT_TRUE(at::equal(positive.slice(1, 0, kLength), states(tokenizer_->encode_padded(test::cats(30)))));
  EXPECT_TRUE(at::equal(positive.slice(1, kLength), states(tokenizer_->encode_padded(test::cats(10)))));
}

TEST_F(TextEncoding, RefusesATokenizerThatDoesNotFit) {
  ClipTextConfig few_tokens = test::small_text_config(), few_positions = test::small_text_config();
  few_tokens.vocab_size -= 1;
  few_positions.max_positions -= 1;
  EXPECT_THROW(TextEncoder(tokenizer_, network_, few_tokens), BadInput);
  EXPECT_THROW(TextEncoder(tokenizer_, network_, few_positions), BadInput);
}

TEST_F(TextEncoding, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW(
      (void)encoder_.encode(encoder_.chunks_of("a cat", PromptSyntax::Plain), TextStates::Last, source.get_token()),
      Interrupted);
}

}  // namespace
}  // namespace tstitch
