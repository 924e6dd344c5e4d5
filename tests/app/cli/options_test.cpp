#include <cstring>
#include <random>
#include <set>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/image/image_file.h"
#include "core/system/processor.h"
#include "tests/app/cli/model_copy.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A run of the bundled pair at its smallest, into `output`.
Ended make(const ScratchFolder& scratch, const std::string& output, const std::vector<std::string>& more) {
  std::vector<std::string> words{"generate", "3d fox", "--steps",   "2",       "--size",   "64x64",
                                 "--seed",   "3",      "--profile", "profile", "--output", output};
  words.insert(words.end(), more.begin(), more.end());
  return run_program(words, scratch.path());
}

std::vector<std::uint8_t> pixels(const ScratchFolder& scratch, const std::string& file) {
  return read_picture(scratch.path() / file).image.rgb;
}

/// What the picture says of how it was made and what was asked.
json stored(const ScratchFolder& scratch, const std::string& file) {
  for (const PictureText& text : read_picture(scratch.path() / file).texts) {
    if (text.keyword == "io.github.tstitch.request") return json::parse(text.text);
  }
  return nullptr;
}

StoredTensor normal_noise(std::vector<std::int64_t> shape, unsigned seed) {
  StoredTensor noise = StoredTensor::zeros(SafetensorsType::F32, std::move(shape));
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (std::size_t i = 0; i < noise.bytes.size(); i += sizeof(float)) {
    const float value = normal(random);
    std::memcpy(noise.bytes.data() + i, &value, sizeof(value));
  }
  return noise;
}

TEST(Options, takeTheNoiseOfEveryEvaluationFromAFile) {
  const ScratchFolder scratch;
  write_tensors(scratch.path() / "start", {{"latents", normal_noise({1, 6, 8, 8}, 1)}});
  write_tensors(scratch.path() / "noise", {{"noise", normal_noise({2, 1, 6, 8, 8}, 2)}});
  write_tensors(scratch.path() / "other", {{"noise", normal_noise({2, 1, 6, 8, 8}, 3)}});
  const auto made = [&](const std::string& output, const std::string& noise, const std::string& seed) {
    const Ended ended =
        make(scratch, output, {"--sampler", "ddpm", "--init-latents", "start", "--step-noise", noise, "--seed", seed});
    EXPECT_EQ(ended.exit, 0) << ended.err;
    return pixels(scratch, output);
  };
  const auto first = made("a.png", "noise", "1");
  EXPECT_EQ(first, made("b.png", "noise", "2")) << "nothing is left for the seed to decide";
  EXPECT_NE(first, made("c.png", "other", "1"));
  EXPECT_EQ(stored(scratch, "a.png").at("made").at("step_noise"), "files");
}

TEST(Options, chooseTheVariantOfTheWeightFiles) {
  const ScratchFolder scratch;
  const PairCopy pair(scratch.path() / "m");
  const std::string plain = "small/unet/diffusion_pytorch_model.safetensors";
  pair.write("small/unet/diffusion_pytorch_model.fp16.safetensors", pair.read(plain));
  const std::vector<std::string> plan{"plan", "--small", "m/small/unet", "--profile", "profile"};
  std::vector<std::string> variant = plan;
  variant.insert(variant.end(), {"--variant", "fp16"});
  pair.write(plain, "damaged");
  EXPECT_EQ(run_program(plan, scratch.path()).exit, 3) << "the plain file comes first";
  EXPECT_EQ(run_program(variant, scratch.path()).exit, 0);
  pair.remove(plain);
  EXPECT_EQ(run_program(plan, scratch.path()).exit, 0) << "the only file there is";
}

TEST(Options, decodeWithAnotherAutoencoder) {
  const ScratchFolder scratch;
  const PairCopy pair(scratch.path() / "m");
  pair.change_tensors("large/vae/diffusion_pytorch_model.safetensors", [](StoredTensors& tensors) {
    StoredTensor& bias = tensors.at("decoder.conv_out.bias");
    bias = StoredTensor::zeros(bias.type, bias.shape);
    StoredTensor& weight = tensors.at("decoder.conv_out.weight");
    weight = StoredTensor::zeros(weight.type, weight.shape);
  });
  ASSERT_EQ(make(scratch, "own.png", {}).exit, 0);
  for (const char* place : {"m/large/vae", "m/large"}) {
    const std::string output = std::string(place).substr(2, 5) + std::to_string(std::strlen(place)) + ".png";
    const Ended ended = make(scratch, output, {"--vae", place});
    ASSERT_EQ(ended.exit, 0) << ended.err;
    const auto grey = pixels(scratch, output);
    EXPECT_EQ(std::set<std::uint8_t>(grey.begin(), grey.end()).size(), 1U) << place;
    EXPECT_TRUE(stored(scratch, output).at("request").contains("vae"));
  }
  EXPECT_FALSE(stored(scratch, "own.png").at("request").contains("vae"));
  const Ended network = make(scratch, "c.png", {"--vae", "m/small/unet"});
  EXPECT_EQ(network.exit, 3);
  EXPECT_NE(network.err.find("m/small/unet"), std::string::npos) << network.err;
}

TEST(Options, decodeWithoutAnAutoencoderOnlyLinearly) {
  const ScratchFolder scratch;
  const Ended linear = make(scratch, "linear.png", {"--decoder", "linear"});
  ASSERT_EQ(linear.exit, 0) << linear.err;
  EXPECT_EQ(read_picture(scratch.path() / "linear.png").image.width, 64);
  const Ended tiny = make(scratch, "tiny.png", {"--decoder", "tiny"});
  EXPECT_EQ(tiny.exit, 2);
  EXPECT_NE(tiny.err.find("--vae"), std::string::npos) << tiny.err;
}

using FastPrecisions = std::vector<std::pair<std::string, bool>>;

/// In a sentence that refuses a precision.
void expect_what_is_fast(const std::string& refusal, const FastPrecisions& fast) {
  EXPECT_NE(refusal.find("--precision"), std::string::npos) << refusal;
  for (const auto& [precision, is_fast] : fast) {
    EXPECT_TRUE(!is_fast || refusal.find(precision) != std::string::npos) << refusal;
  }
}

/// fp16-cpu: what this processor has no arithmetic for is refused before anything is read, naming what is fast.
TEST(Options, computeInThePrecisionsThatThisProcessorHasArithmeticFor) {
  const ScratchFolder scratch;
  const HalfArithmetic here = half_arithmetic();
  const FastPrecisions fast{{"fp32", true}, {"fp16", here.fp16}, {"bf16", here.bf16}};
  for (const auto& [precision, is_fast] : fast) {
    const std::string output = precision + ".png";
    const Ended ended = make(scratch, output, {"--precision", precision, "--device", "cpu"});
    ASSERT_EQ(ended.exit, is_fast ? 0 : 2) << ended.err;
    if (is_fast) {
      EXPECT_EQ(stored(scratch, output).at("made").at("precision"), precision);
      if (precision != "fp32") {
        EXPECT_NE(pixels(scratch, "fp32.png"), pixels(scratch, output));
      }
      continue;
    }
    EXPECT_FALSE(fs::exists(scratch.path() / output));
    const Ended bench =
        run_program({"bench", "--precision", precision, "--device", "cpu", "--size", "512x512", "--profile", "profile"},
                    scratch.path());
    EXPECT_EQ(bench.exit, 2) << bench.err;
    for (const std::string& refusal : {ended.err, bench.err}) expect_what_is_fast(refusal, fast);
  }
  EXPECT_EQ(make(scratch, "x.png", {"--precision", "fp8"}).exit, 2);
}

TEST(Options, computeSoSmallAPairInFp32UnlessAskedForAnother) {
  const ScratchFolder scratch;
  ASSERT_EQ(make(scratch, "fp32.png", {"--device", "cpu", "--precision", "fp32"}).exit, 0);
  for (const std::vector<std::string>& open : {std::vector<std::string>{}, {"--precision", "auto"}}) {
    std::vector<std::string> options{"--device", "cpu"};
    options.insert(options.end(), open.begin(), open.end());
    const std::string output = concat("open", open.size(), ".png");
    const Ended ended = make(scratch, output, options);
    ASSERT_EQ(ended.exit, 0) << ended.err;
    EXPECT_EQ(stored(scratch, output).at("made").at("precision"), "fp32");
    EXPECT_EQ(pixels(scratch, output), pixels(scratch, "fp32.png"));
  }
}

TEST(Options, nameFilesByAPattern) {
  const ScratchFolder scratch;
  const Ended ended = make(scratch, "made/[seed]-[steps]-[ratio]", {"--count", "2", "--ratio", "50%"});
  ASSERT_EQ(ended.exit, 0) << ended.err;
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(scratch.path() / "made")) names.insert(entry.path().filename());
  ASSERT_EQ(names.size(), 2U);
  EXPECT_TRUE(names.begin()->starts_with("3-2-50")) << *names.begin();
  EXPECT_TRUE(names.rbegin()->starts_with("4-2-50")) << *names.rbegin();
}

TEST(Options, writeNothingIntoThePictureWhenAsked) {
  const ScratchFolder scratch;
  ASSERT_EQ(make(scratch, "bare.png", {"--no-metadata"}).exit, 0);
  EXPECT_TRUE(stored(scratch, "bare.png").is_null());
}

}  // namespace
}  // namespace tstitch::test
