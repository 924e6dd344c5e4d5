#include "core/local_engine/prompt_additions.h"

#include <cmath>

#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/local_engine/picture_maker.h"
#include "core/local_engine/picture_metadata.h"
#include "tests/support/generated_weights.h"
#include "tests/support/small_pair.h"
#include "tests/support/tensor_files.h"

namespace tstitch {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Runs of two small models. The vectors of an embedding are those that the text encoder has for `x` and `y`, so that
/// it can be told what stands in the text.
class PromptRuns : public testing::Test {
 protected:
  using Tensors = std::map<std::string, at::Tensor>;

  PromptRuns() { std::filesystem::create_directories(pair_.folder() / "known" / "styles"); }

  [[nodiscard]] GenerationRequest weighted(const std::string& prompt) const {
    GenerationRequest request = pair_.request();
    request.prompt = prompt;
    request.prompt_syntax = PromptSyntax::Weighted;
    return request;
  }

  std::filesystem::path write(const std::string& inner, const Tensors& tensors) const {
    test::write_tensors(pair_.folder() / inner, tensors);
    return pair_.folder() / inner;
  }

  /// The vectors of "x" and "y" as words of their own.
  [[nodiscard]] at::Tensor vectors_of_x_and_y() const {
    const BpeTokenizer tokenizer = BpeTokenizer::load(pair_.folder() / "large" / "tokenizer");
    const auto table = open_weights(pair_.folder() / "large" / "text_encoder", "model")
                           ->read("text_model.embeddings.token_embedding.weight", at::kFloat);
    return table.index_select(0, at::tensor(tokenizer.encode("x y"), at::kLong)).contiguous();
  }

  [[nodiscard]] static Tensors lora() {
    const std::string layer = "lora_unet_down_blocks_0_attentions_0_proj_in";
    return {{layer + ".lora_down.weight", test::generated_tensor("down", {2, 32, 1, 1}, 1)},
            {layer + ".lora_up.weight", test::generated_tensor("up", {32, 2, 1, 1}, 2)}};
  }

  [[nodiscard]] ResolvedRun resolved(const GenerationRequest& request) const {
    return resolve_run(request, std::string(), {pair_.folder() / "known"});
  }

  [[nodiscard]] PictureMaker maker() {
    return {pair_.workshop(), choose_compute({}, {}, {}), {}, {}, Residency::Keep, {}, [](const Event&) {}};
  }

  at::Tensor latents(const GenerationRequest& request) {
    RunReport report;
    return maker().walk(resolved(request), {}, report).state.latent;
  }

  /// The latents of a run with one text after the other, by hand.
  at::Tensor by_hand(const std::vector<std::pair<int, std::string>>& texts, int ratio = 50) {
    std::optional<Snapshot> at;
    for (const auto& [until, text] : texts) {
      GenerationRequest request = pair_.request(ratio);
      request.prompt = text;
      WalkExtras extras;
      extras.from = at;
      extras.until = StepIndex{until};
      RunReport report;
      at = maker().walk(resolve_run(request, {}), extras, report);
    }
    return at->state.latent;
  }

  void expect_refusal(const GenerationRequest& request, ExitCode exit, const std::string& piece) const {
    try {
      static_cast<void>(resolved(request));
      ADD_FAILURE() << request.prompt << " was not refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), exit) << error.sentence();
      EXPECT_THAT(error.sentence(), HasSubstr(piece));
    }
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
};

TEST_F(PromptRuns, changeWordsBehindAStepAsByHand) {
  for (const int ratio : {0, 25, 50, 100}) {
    GenerationRequest request = weighted("a [cat:dog:3] b");
    request.split = RatioSplit{{Percent{ratio}}, SplitRule::Floor};
    EXPECT_TRUE(at::equal(latents(request), by_hand({{3, "a cat b"}, {4, "a dog b"}}, ratio))) << ratio;
  }
}

TEST_F(PromptRuns, takeTurnsAsByHand) {
  EXPECT_TRUE(
      at::equal(latents(weighted("a [cat|dog]")), by_hand({{1, "a cat"}, {2, "a dog"}, {3, "a cat"}, {4, "a dog"}})));
}

TEST_F(PromptRuns, changeTheNegativeTextToo) {
  GenerationRequest request = weighted("a");
  request.negative_prompt = "[x:y:0]";
  GenerationRequest plain = weighted("a");
  plain.negative_prompt = "y";
  EXPECT_TRUE(at::equal(latents(request), latents(plain)));
  request.negative_prompt = "[x:y:.5]";
  EXPECT_FALSE(at::equal(latents(request), latents(plain)));
}

TEST_F(PromptRuns, giveASegmentItsText) {
  GenerationRequest request = weighted("nothing");
  request.split = SegmentSplit{{{"small", 2, {}, "a cat"}, {"large", 2, {}, "a [x:dog:2]"}}};
  EXPECT_TRUE(at::equal(latents(request), by_hand({{2, "a cat"}, {4, "a dog"}})));
  request.split = SegmentSplit{{{"large", 3, {}, "a cat"}, {"large", 1, {}, std::nullopt}}};
  EXPECT_TRUE(at::equal(latents(request), by_hand({{3, "a cat"}, {4, "nothing"}}, 0)));
}

TEST_F(PromptRuns, countStepsAndNotEvaluations) {
  GenerationRequest request = weighted("[x:y:2]");
  request.sampler = SamplerKind::Heun;
  request.split = RatioSplit{{Percent{0}}, SplitRule::Floor};
  const RunTexts texts = run_texts(resolved(request), true);
  EXPECT_THAT(texts.at, ElementsAre(0, 0, 0, 0, 1, 1, 1));
  // Three steps of four evaluations, or a second look at the second level.
  request.sampler = SamplerKind::Pndm;
  EXPECT_THAT(run_texts(resolved(request), true).at, ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1));
  pair_.set("large/scheduler/scheduler_config.json", "skip_prk_steps", true);
  EXPECT_THAT(run_texts(resolved(request), true).at, ElementsAre(0, 0, 0, 1, 1));
}

TEST_F(PromptRuns, readNothingIntoAPlainText) {
  GenerationRequest request = weighted("a [b:c:2] <lora:x:1> embedding:x AND");
  request.prompt_syntax = PromptSyntax::Plain;
  const ResolvedRun run = resolved(request);
  EXPECT_EQ(run.request.prompt, request.prompt);
  EXPECT_THAT(run.notes, IsEmpty());
  EXPECT_EQ(run_texts(run, true).prompts.size(), 1U);
}

TEST_F(PromptRuns, turnTagsIntoLoras) {
  write("known/styles/foxStyle.safetensors", lora());
  const ResolvedRun run = resolved(weighted("a red fox <lora:foxStyle:0.8>"));
  EXPECT_EQ(run.request.prompt, "a red fox ");
  ASSERT_EQ(run.request.loras.size(), 1U);
  EXPECT_EQ(run.request.loras[0].strength, 0.8);
  EXPECT_EQ(run.request.loras[0].model.name, "foxStyle.safetensors");
  GenerationRequest given = weighted("a red fox ");
  given.loras = {{{"foxStyle", {}, {}, pair_.folder() / "known/styles/foxStyle.safetensors"}, 0.8, {}}};
  EXPECT_TRUE(at::equal(latents(weighted("a red fox <lora:foxStyle:0.8>")), latents(given)));
  EXPECT_TRUE(at::equal(latents(weighted("a red fox <lyco:styles/foxStyle:0.8:0.8>")), latents(given)));
  EXPECT_FALSE(at::equal(latents(weighted("a red fox <lora:foxStyle>")), latents(given)));
}

TEST_F(PromptRuns, refuseTagsThatCannotAct) {
  write("known/foxStyle.safetensors", lora());
  expect_refusal(weighted("a <lora:other:1>"), ExitCode::BadInput, "no LoRA called \"other\"");
  expect_refusal(weighted("a <hypernet:x:1>"), ExitCode::BadInput, "hypernetwork");
  expect_refusal(weighted("a <lora:foxStyle:strong>"), ExitCode::Usage, "strong");
  expect_refusal(weighted("a <lora:foxStyle:0.5:1>"), ExitCode::Usage, "one weight");
}

/// A tag in a comment asks for nothing.
TEST_F(PromptRuns, leaveCommentsOut) {
  const ResolvedRun run = resolved(weighted("a fox # red <lora:foxStyle:0.8>\n# AND\nsnow"));
  EXPECT_EQ(run.request.prompt, "a fox \nsnow");
  EXPECT_TRUE(run.request.loras.empty());
  EXPECT_THAT(run.notes, ElementsAre(HasSubstr("What follows # on a line of the prompt is a comment")));
  GenerationRequest plain = weighted("a fox # red");
  plain.prompt_syntax = PromptSyntax::Plain;
  EXPECT_EQ(resolved(plain).request.prompt, "a fox # red");
}

TEST_F(PromptRuns, noteWhatMeansSomethingElsewhere) {
  const auto notes = resolved(weighted("a AND {b|c} __d__ <odd:1>")).notes;
  EXPECT_THAT(notes, Contains(HasSubstr("\"AND\"")));
  EXPECT_THAT(notes, Contains(HasSubstr("\"{b|c}\"")));
  EXPECT_THAT(notes, Contains(HasSubstr("\"__d__\"")));
  EXPECT_THAT(notes, Contains(HasSubstr("<odd:1>")));
}

TEST_F(PromptRuns, putTheVectorsOfAGivenWordIntoTheText) {
  const auto file = write("zzmascot.safetensors", {{"emb_params", vectors_of_x_and_y()}});
  for (const PromptSyntax syntax : {PromptSyntax::Plain, PromptSyntax::Weighted}) {
    GenerationRequest expected = weighted("a x y b");
    GenerationRequest request = weighted("a zzmascot b");
    expected.prompt_syntax = request.prompt_syntax = syntax;
    request.embeddings = {{{"zzmascot", {}, {}, file}, "zzmascot"}};
    EXPECT_TRUE(at::equal(latents(request), latents(expected)));
    request.embeddings[0].word = "b";
    request.prompt = "a b b";
    expected.prompt = "a x y x y";
    EXPECT_TRUE(at::equal(latents(request), latents(expected)));
  }
}

TEST_F(PromptRuns, nameTheWordOfAFileAsItsProgramDoes) {
  const auto web_ui = read_embedding_part(write("zz.safetensors", {{"emb_params", vectors_of_x_and_y()}}));
  EXPECT_EQ(web_ui.word_in({"a zz"}), "zz");
  const auto diffusers = read_embedding_part(write("toy.safetensors", {{"<cat-toy>", vectors_of_x_and_y()}}));
  EXPECT_EQ(diffusers.word_in({"a <cat-toy> for a toy"}), "<cat-toy>");
  EXPECT_EQ(diffusers.word_in({"a toy"}), "toy");
  EXPECT_EQ(diffusers.word_in({"nothing"}), "<cat-toy>");
}

TEST_F(PromptRuns, bringWordsInALora) {
  Tensors tensors = lora();
  tensors["bundle_emb.zzmascot.string_to_param.*"] = vectors_of_x_and_y();
  const auto bundle = write("bundle.safetensors", tensors);
  const auto bare = write("bare.safetensors", lora());
  GenerationRequest request = weighted("a zzmascot");
  request.loras = {{{"bundle", {}, {}, bundle}, 0.5, {}}};
  GenerationRequest expected = weighted("a x y");
  expected.loras = {{{"bare", {}, {}, bare}, 0.5, {}}};
  EXPECT_TRUE(at::equal(latents(request), latents(expected)));
  EXPECT_THAT(resolved(request).notes, Each(Not(HasSubstr("bundle_emb"))));
}

TEST_F(PromptRuns, findWordsThatTheFoldersOfModelsKnow) {
  write("known/styles/zzmascot.safetensors", {{"emb_params", vectors_of_x_and_y()}});
  const at::Tensor expected = latents(weighted("a x y"));
  for (const char* prompt : {"a zzmascot", "a embedding:zzmascot", "a ZZmascot", "a (embedding:zzmascot.pt:1)",
                             "a [embedding:zzmascot::1.0]"}) {
    EXPECT_TRUE(at::equal(latents(weighted(prompt)), expected)) << prompt;
    const ResolvedRun run = resolved(weighted(prompt));
    ASSERT_EQ(run.request.embeddings.size(), 1U) << prompt;
    const GenerationRequest hashed = with_hashes(run, pair_.workshop().hashes);
    EXPECT_EQ(hashed.embeddings[0].model.files[0].role, "embedding");
    GenerationRequest again = hashed;
    again.embeddings[0].model.location.clear();
    again = located(again, pair_.workshop().hashes, {});
    EXPECT_TRUE(at::equal(latents(again), expected)) << prompt;
  }
  EXPECT_THAT(resolved(weighted("a zzmascots")).request.embeddings, IsEmpty());
  GenerationRequest plain = weighted("a zzmascot");
  plain.prompt_syntax = PromptSyntax::Plain;
  EXPECT_THAT(resolved(plain).request.embeddings, IsEmpty());
  expect_refusal(weighted("a embedding:other, b"), ExitCode::BadInput, "no textual inversion called \"other\"");
}

TEST_F(PromptRuns, refuseVectorsOfAnotherWidth) {
  const auto file = write("wide.safetensors", {{"emb_params", at::zeros({1, 48})}});
  GenerationRequest request = weighted("a wide one");
  request.embeddings = {{{"wide", {}, {}, file}, "wide"}};
  expect_refusal(request, ExitCode::Incompatible, "width 48");
  expect_refusal(request, ExitCode::Incompatible, "width 32");
  const auto two = write("two.safetensors", {{"clip_l", at::zeros({1, 32})}, {"clip_g", at::zeros({1, 48})}});
  request.embeddings = {{{"two", {}, {}, two}, "wide"}};
  expect_refusal(request, ExitCode::Incompatible, "32 and 48");
  // Only known: its name stays a word.
  write("known/wide.safetensors", {{"emb_params", at::zeros({1, 48})}});
  const ResolvedRun run = resolved(weighted("a wide one"));
  EXPECT_THAT(run.request.embeddings, IsEmpty());
  EXPECT_THAT(run.notes, Contains(HasSubstr("other text encoders")));
  expect_refusal(weighted("embedding:wide"), ExitCode::Incompatible, "width 48");
}

TEST_F(PromptRuns, refuseFilesThatAreNoEmbedding) {
  GenerationRequest request = weighted("a");
  request.embeddings = {{{"lora", {}, {}, write("lora.safetensors", lora())}, "w"}};
  expect_refusal(request, ExitCode::BadInput, "is a LoRA");
  request.embeddings[0].model.location = pair_.files().write("damaged.pt", "PK\x03\x04 nothing");
  EXPECT_THROW((void)resolved(request), BadInput);
  request.embeddings[0].model.location = write("nan.safetensors", {{"emb_params", at::full({1, 32}, std::nan(""))}});
  request.prompt = "w";
  EXPECT_THROW((void)latents(request), BadInput);
}

TEST_F(PromptRuns, takeAnotherLayerOfTheTextEncoder) {
  GenerationRequest request = pair_.request();
  const at::Tensor own = latents(request);
  request.clip_skip = 1;
  EXPECT_TRUE(at::equal(latents(request), own));
  request.clip_skip = 2;
  EXPECT_FALSE(at::equal(latents(request), own));
  request.clip_skip = 3;
  expect_refusal(request, ExitCode::Usage, "1..2");
}

}  // namespace
}  // namespace tstitch
