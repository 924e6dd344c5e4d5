#include "core/picture_text/picture_text.h"

#include <string>

#include <gtest/gtest.h>

#include "core/base/version.h"

namespace tstitch {
namespace {

const std::string kLargeHash(64, 'a');
const std::string kSmallHash = "0123456789abcdef";

GenerationRequest request() {
  GenerationRequest made;
  made.prompt = "a red cat";
  made.negative_prompt = "blurry, dark";
  made.steps = 30;
  made.sampler = SamplerKind::Dpmpp2M;
  made.spacing = Spacing::Karras;
  made.guidance_scale = 6.5;
  made.seed = 18446744073709551615U;
  made.extent = {512, 768};
  made.split = RatioSplit{{Percent{40}}, SplitRule::Ldm};
  return made;
}

std::string parameters(const GenerationRequest& made, const std::string& large = "sd15") {
  return a1111_parameters(made, {{"small", 12, {}}, {"large", 18, {}}}, {large, kLargeHash}, {"tiny-sd", kSmallHash});
}

TEST(PictureText, KeepsTheOrderAndGrammarOfTheWebUi) {
  EXPECT_EQ(parameters(request()),
            "a red cat\nNegative prompt: blurry, dark\n"
            "Steps: 30, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 18446744073709551615, "
            "Size: 512x768, Model hash: aaaaaaaaaa, Model: sd15, RNG: CPU, Stitch small model: tiny-sd, "
            "Stitch small hash: 0123456789, Stitch ratio: 0.4, Stitch small steps: 12, Stitch rule: ldm, "
            "Version: T-Stitch Studio " +
                std::string(program_version()));
}

TEST(PictureText, TellsTheHiddenLayerWhereOneIsChosen) {
  GenerationRequest made = request();
  made.clip_skip = 2;
  EXPECT_NE(parameters(made).find("Model: sd15, Clip skip: 2, RNG"), std::string::npos) << parameters(made);
}

TEST(PictureText, QuotesWhatTheGrammarWouldSplit) {
  const std::string text = parameters(request(), "a, b: \"c\"");
  EXPECT_NE(text.find(R"(Model: "a, b: \"c\"", RNG)"), std::string::npos) << text;
  EXPECT_EQ(parse_a1111_parameters(text).pairs.at("Model"), "a, b: \"c\"");
}

TEST(PictureText, WritesOtherTrajectoriesAsSegments) {
  GenerationRequest made = request();
  made.split = SegmentSplit{{{"large", 10, {}}, {"small", 20, {}}}};
  const std::string text = a1111_parameters(made, {{"large", 10, {}}, {"small", 20, {}}}, {"l", ""}, {"s", ""});
  EXPECT_NE(text.find(R"(Stitch segments: "large:10,small:20")"), std::string::npos) << text;
  EXPECT_EQ(text.find("Stitch ratio"), std::string::npos);
  EXPECT_EQ(text.find("hash"), std::string::npos) << "an unknown hash is left out";
  const auto read = parse_a1111_parameters(text);
  ASSERT_TRUE(read.segments.has_value());
  EXPECT_EQ(read.applied_to({}).split, made.split);
}

TEST(PictureText, ReadsBackWhatItWrites) {
  GenerationRequest made = request();
  made.prompt = "a cat\non two lines, with: colons";
  made.negative_prompt = "dark\nand blurry";
  EXPECT_EQ(parse_a1111_parameters(parameters(made)).applied_to({}), made);
}

TEST(PictureText, TellsNoNegativePromptFromAnEmptyText) {
  GenerationRequest made = request();
  made.negative_prompt.reset();
  EXPECT_EQ(parse_a1111_parameters(parameters(made)).negative_prompt, std::nullopt);
}

TEST(PictureText, ReadsPicturesOfOtherPrograms) {
  const auto read = parse_a1111_parameters(
      "masterpiece, (cat:1.2)\nNegative prompt: bad\nSteps: 20, Sampler: Euler a, Schedule type: Automatic, CFG scale: "
      "7, "
      "Seed: 965400086, Size: 512x512, Model hash: 6ce0161689, Model: v1-5, Lora hashes: \"a: 1, b: 2\", Version: "
      "v1.10.1");
  EXPECT_EQ(read.prompt, "masterpiece, (cat:1.2)");
  EXPECT_EQ(read.negative_prompt, "bad");
  EXPECT_EQ(read.steps, 20);
  EXPECT_EQ(read.sampler, SamplerKind::EulerAncestral);
  EXPECT_EQ(read.spacing, Spacing::Default);
  EXPECT_EQ(read.guidance_scale, 7.0);
  EXPECT_EQ(read.seed, 965400086U);
  EXPECT_EQ(read.extent, (Extent{512, 512}));
  EXPECT_EQ(read.pairs.at("Lora hashes"), "a: 1, b: 2");
  EXPECT_EQ(parse_a1111_parameters("x\nSteps: 20, Sampler: DPM++ 2M Karras, Seed: 1").spacing, Spacing::Karras);
}

TEST(PictureText, TakesALineWithFewPairsAsPrompt) {
  const auto read = parse_a1111_parameters("time: noon, place: beach");
  EXPECT_EQ(read.prompt, "time: noon, place: beach");
  EXPECT_TRUE(read.pairs.empty());
  EXPECT_EQ(parse_a1111_parameters("a cat\nSteps: 20, Seed: 3, Size: 8x8").prompt, "a cat");
  EXPECT_EQ(parse_a1111_parameters("Steps: 20, Seed: 3, Size: 8x8").prompt, "");
}

TEST(PictureText, LeavesOddValuesToThePairs) {
  const auto read =
      parse_a1111_parameters("x\nSteps: many, Seed: -1, Size: big, CFG scale: nan, Sampler: Mine, Model: \"a");
  EXPECT_EQ(read.steps, std::nullopt);
  EXPECT_EQ(read.seed, std::nullopt);
  EXPECT_EQ(read.extent, std::nullopt);
  EXPECT_EQ(read.guidance_scale, std::nullopt);
  EXPECT_EQ(read.sampler, std::nullopt);
  EXPECT_EQ(read.pairs.at("Steps"), "many");
  GenerationRequest base;
  base.steps = 11;
  EXPECT_EQ(read.applied_to(base).steps, 11);
}

TEST(PictureText, NeverThrowsForOddText) {
  for (const char* text :
       {"", "\n", "Negative prompt: ", ",,,,", "a: \"\\", "a: \"x\" y, b: 1, c: 2", ": : :", "\xFF: \xFE"}) {
    EXPECT_NO_THROW((void)parse_a1111_parameters(text)) << text;
  }
}

}  // namespace
}  // namespace tstitch
