#include "core/text/text_conditioner.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/small_text.h"

namespace tstitch {
namespace {

constexpr int kLength = 32;

class TextConditioning : public ::testing::Test {
 protected:
  [[nodiscard]] std::shared_ptr<const TextEncoder> encoder(int width, std::uint64_t seed) const {
    ClipTextConfig config = test::small_text_config(width);
    config.with_projection = width != 32;
    return std::make_shared<const TextEncoder>(tokenizer_, test::small_text_network(config, seed), config);
  }
  [[nodiscard]] static EncodedText encoded(const TextEncoder& encoder, const std::string& text, TextStates states) {
    return encoder.encode(encoder.chunks_of(text, PromptSyntax::Plain), states);
  }

  std::shared_ptr<const BpeTokenizer> tokenizer_ = test::bundled_tokenizer(TSTITCH_SOURCE_DIR);
  std::shared_ptr<const TextEncoder> first_ = encoder(32, 5);
  std::shared_ptr<const TextEncoder> second_ = encoder(48, 6);
  TextConditioner sd_{{first_}, {}};
  TextConditioner sdxl_{{first_, second_}, {TextStates::Penultimate, true, true}};
};

TEST_F(TextConditioning, KeepsTheNegativePromptOfARequestAsItWasGiven) {
  GenerationRequest request;
  request.prompt = "a cat";
  EXPECT_EQ(text_prompts(request, true).negative, std::nullopt);
  request.negative_prompt = "";
  EXPECT_EQ(text_prompts(request, true).negative, "");
  EXPECT_FALSE(text_prompts(request, false).guided);
}

TEST_F(TextConditioning, EncodesTheNegativeHalfOnlyForGuidance) {
  EXPECT_FALSE(sd_.encode({"a cat", "dark", PromptSyntax::Plain, false}).negative.defined());
  const Conditioning both = sd_.encode({"a cat", "dark", PromptSyntax::Plain, true});
  EXPECT_TRUE(at::equal(both.positive, encoded(*first_, "a cat", TextStates::Last).states));
  EXPECT_TRUE(at::equal(both.negative, encoded(*first_, "dark", TextStates::Last).states));
  EXPECT_FALSE(both.positive_pooled.defined());
}

TEST_F(TextConditioning, TakesTheEmptyTextForAMissingNegativePrompt) {
  const at::Tensor empty = encoded(*first_, "", TextStates::Last).states;
  EXPECT_TRUE(at::equal(sd_.encode({"a cat", std::nullopt, PromptSyntax::Plain, true}).negative, empty));
}

TEST_F(TextConditioning, LaysTheStatesOfTwoEncodersSideBySideAndPoolsTheLast) {
  const Conditioning both = sdxl_.encode({"a cat", "dark", PromptSyntax::Plain, true});
  const EncodedText first = encoded(*first_, "a cat", TextStates::Penultimate);
  const EncodedText second = encoded(*second_, "a cat", TextStates::Penultimate);
  EXPECT_TRUE(at::equal(both.positive, at::cat({first.states, second.states}, 2)));
  EXPECT_TRUE(at::equal(both.positive_pooled, second.pooled));
  EXPECT_TRUE(at::equal(both.negative_pooled, encoded(*second_, "dark", TextStates::Penultimate).pooled));
}

TEST_F(TextConditioning, TakesZerosForAMissingNegativePromptOfSdxlButNotForAnEmptyOne) {
  const Conditioning missing = sdxl_.encode({"a cat", std::nullopt, PromptSyntax::Plain, true});
  EXPECT_EQ(missing.negative.sizes(), missing.positive.sizes());
  EXPECT_EQ(missing.negative.abs().max().item<float>(), 0);
  EXPECT_EQ(missing.negative_pooled.abs().max().item<float>(), 0);
  const Conditioning empty = sdxl_.encode({"a cat", "", PromptSyntax::Plain, true});
  EXPECT_TRUE(at::equal(empty.negative_pooled, encoded(*second_, "", TextStates::Penultimate).pooled));
}

TEST_F(TextConditioning, FillsTheShorterHalfWithEmptyChunks) {
  const at::Tensor empty = encoded(*first_, "", TextStates::Last).states;
  const Conditioning long_prompt = sd_.encode({test::cats(40), "dark", PromptSyntax::Weighted, true});
  ASSERT_EQ(long_prompt.negative.size(1), 2 * kLength);
  EXPECT_TRUE(at::equal(long_prompt.negative.slice(1, kLength), empty));
  const Conditioning long_negative = sd_.encode({"a cat", test::cats(70), PromptSyntax::Weighted, true});
  ASSERT_EQ(long_negative.positive.size(1), 3 * kLength);
  EXPECT_TRUE(at::equal(long_negative.positive.slice(1, 2 * kLength), empty));
}

TEST_F(TextConditioning, TakesAnotherLayerForThePromptOnly) {
  const Conditioning own = sd_.encode({"a cat", "dark", PromptSyntax::Plain, true});
  const Conditioning chosen = sd_.encode({"a cat", "dark", PromptSyntax::Plain, true, 2});
  EXPECT_FALSE(at::equal(chosen.positive, own.positive));
  EXPECT_TRUE(at::equal(chosen.negative, own.negative));
  const Conditioning twice = sd_.encode({"a cat", "a cat", PromptSyntax::Plain, true, 2});
  EXPECT_TRUE(at::equal(twice.positive, chosen.positive));
  EXPECT_FALSE(at::equal(twice.negative, twice.positive));
}

TEST_F(TextConditioning, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)sdxl_.encode({"a cat", "", PromptSyntax::Plain, true}, source.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
