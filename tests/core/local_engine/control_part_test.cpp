#include "core/local_engine/control_part.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/control/canny.h"
#include "core/image/fit.h"
#include "core/image/lanczos.h"
#include "core/local_engine/part_weights.h"
#include "core/weights/mapped_source.h"
#include "tests/support/control_file.h"
#include "tests/support/controlled_pair.h"
#include "tests/support/key_list.h"
#include "tests/support/original_layout.h"
#include "tests/support/refusal.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// diffusers: not (i / N < start or (i + 1) / N > end).
TEST(ControlTimes, actWhereTheWholeEvaluationLiesWithin) {
  const auto acting = [](double start, double end, int evaluations) {
    ControlChoice choice;
    choice.start = start;
    choice.end = end;
    std::string text;
    for (int i = 0; i < evaluations; ++i) text += acts_at(choice, i, evaluations) ? '1' : '0';
    return text;
  };
  EXPECT_EQ(acting(0, 1, 7), "1111111");
  EXPECT_EQ(acting(0.2, 0.8, 5), "01110");
  EXPECT_EQ(acting(0.21, 0.79, 5), "00100");
  EXPECT_EQ(acting(0, 0.3, 10), "1110000000") << "3 / 10 <= 0.3 in doubles";
  EXPECT_EQ(acting(0, 0.1, 5), "00000");
}

TEST(ControlMap, isAnnotatedAtTheSizeOfTheRunUnlessItIsAMap) {
  Image picture{10, 6, std::vector<std::uint8_t>(180)};
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) picture.rgb[i] = (i / 3) % 10 < 5 ? 0 : 255;
  const Image sized = lanczos_resized(picture, 16, 8);
  ControlChoice choice;
  EXPECT_EQ(control_map(choice, picture, {16, 8}, at::kCPU, {}), canny_map(sized));
  choice.thresholds = {2000, 3000};
  EXPECT_EQ(control_map(choice, picture, {16, 8}, at::kCPU, {}), canny_map(sized, {2000, 3000}));
  choice.is_map = true;
  EXPECT_EQ(control_map(choice, picture, {16, 8}, at::kCPU, {}), sized);
  choice = {};
  choice.kind = ControlKind::Other;
  EXPECT_EQ(control_map(choice, picture, {16, 8}, at::kCPU, {}), sized);
}

TEST(ControlMap, fitsAPictureOfAnotherShape) {
  Image picture{10, 6, std::vector<std::uint8_t>(180)};
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) picture.rgb[i] = (i / 3) % 10 < 5 ? 0 : 255;
  ControlChoice choice;
  choice.fit = ControlFit::Crop;
  EXPECT_EQ(control_map(choice, picture, {16, 16}, at::kCPU, {}), canny_map(cropped_to(picture, 16, 16)));
  choice.fit = ControlFit::Pad;
  const Image whole = canny_map(lanczos_resized(picture, 16, 9));
  EXPECT_EQ(control_map(choice, picture, {16, 16}, at::kCPU, {}), with_borders(whole, 16, 16))
      << "borders are no edges";
  choice.is_map = true;
  EXPECT_EQ(control_map(choice, picture, {16, 16}, at::kCPU, {}),
            with_borders(lanczos_resized(picture, 16, 9), 16, 16));
}

class ControlNetFolder : public testing::Test {
 protected:
  [[nodiscard]] UnetConfig network() const {
    return parse_unet_config(pair_.golden().json().at("unets").at("large").at("config").dump(), "large");
  }

  template <class Change>
  [[nodiscard]] std::string refusal(const Change& change, int factor = 4) const {
    ControlNetworkPart part = read_control_network(pair_.folder() / "a", {});
    UnetConfig unet = network();
    change(std::get<ControlNetConfig>(part.config), unet);
    try {
      static_cast<void>(require_fitting_places(part, unet, factor, "large"));
    } catch (const IncompatibleModels& problem) {
      return problem.what();
    }
    return "it fits";
  }

  test::ControlledPair pair_{TSTITCH_GOLDEN_DIR};
};

/// Weights and what a run makes of them are those of the folder, in either layout of one file.
TEST_F(ControlNetFolder, isReadFromAFileAlike) {
  const fs::path stored = pair_.folder() / "a" / "diffusion_pytorch_model.safetensors";
  const fs::path file = pair_.folder() / "control.pth";
  for (const test::ControlLayout layout : {test::ControlLayout::Diffusers, test::ControlLayout::Original}) {
    test::write_control_file(TSTITCH_GOLDEN_DIR, stored, file, layout);
    const ControlNetworkPart part = read_control_network(file, {});
    EXPECT_TRUE(part.is_inferred);
    EXPECT_EQ(part.facts.family, "controlnet");
    EXPECT_EQ(part.facts.parameters, read_control_network(pair_.folder() / "a", {}).facts.parameters);
    EXPECT_EQ(part.facts.files, std::vector{file});
    EXPECT_EQ(std::get<ControlNetConfig>(part.config).hint_widths, (std::vector{8, 16, 16}));
    const auto weights = open_control_network(file, {});
    const auto folder = open_weights(pair_.folder() / "a", "diffusion_pytorch_model");
    ASSERT_EQ(shapes_of(*weights), shapes_of(*folder));
    for (const auto& [name, entry] : weights->entries()) {
      EXPECT_TRUE(at::equal(weights->read(name, at::kFloat), folder->read(name, at::kFloat))) << name;
    }
  }
}

TEST_F(ControlNetFolder, tellsItsFacts) {
  const ControlNetworkPart part = read_control_network(pair_.folder() / "a", {});
  EXPECT_EQ(part.facts.purpose, "a ControlNet");
  EXPECT_EQ(part.facts.context_width, 32);
  EXPECT_GT(part.facts.parameters, 0);
  EXPECT_EQ(part.facts.files.size(), 1U);
  EXPECT_THROW((void)read_control_network(pair_.folder() / "large" / "unet", {}), BadInput);
  EXPECT_THROW((void)read_control_network(pair_.folder() / "nowhere", {}), BadInput);
}

TEST_F(ControlNetFolder, saysWhatAnotherFileIs) {
  const auto said = [&](const fs::path& file) {
    return test::refusal_in(file.string(), [&] { return read_control_network(file, {}); });
  };
  EXPECT_THAT(said(pair_.folder() / "large" / "unet" / "diffusion_pytorch_model.safetensors"),
              HasSubstr("expected a ControlNet"));
  EXPECT_THAT(said(pair_.folder() / "unet.safetensors"), HasSubstr("is a LoRA"));
}

struct PublishedControlFile {
  const char* keys;
  const char* prefix;  ///< null: in our layout
  const char* family;
  std::int64_t parameters;
};

class PublishedControlNetFile : public testing::TestWithParam<PublishedControlFile> {};

// At full size, by names and shapes: every tensor is taken, none is left.
TEST_P(PublishedControlNetFile, isReadWhole) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "control.safetensors";
  const TensorShapes ours = test::published_tensors(TSTITCH_GOLDEN_DIR, GetParam().keys);
  const bool is_xl = std::string(GetParam().keys).starts_with("controlnet-sdxl");
  const test::OriginalLayout layout(TSTITCH_GOLDEN_DIR, is_xl ? "controlnet-sdxl" : "controlnet-sd15");
  const TensorShapes tensors =
      GetParam().prefix == nullptr ? ours : test::prefixed(layout.tensors(ours), GetParam().prefix);
  test::write_sparse_weights(file, {{}, tensors}, at::kHalf);
  const ControlNetworkPart part = read_control_network(file, {});
  EXPECT_EQ(part.facts.family, GetParam().family);
  EXPECT_EQ(part.facts.parameters, GetParam().parameters);
  const UnetConfig base =
      parse_unet_config(test::published_config(TSTITCH_GOLDEN_DIR, is_xl ? "sdxl" : "sd15"), "base");
  EXPECT_TRUE(std::get<ResidualMap>(require_fitting_places(part, base, 8, "large")).identity());
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, PublishedControlNetFile,
    testing::Values(PublishedControlFile{"controlnet-sd15", nullptr, "controlnet-sd1", 361279120},
                    PublishedControlFile{"controlnet-sd15", "control_model.", "controlnet-sd1", 361279120},
                    PublishedControlFile{"controlnet-sd15", "", "controlnet-sd1", 361279120},
                    PublishedControlFile{"controlnet-sdxl", nullptr, "controlnet-sdxl", 1251014160},
                    PublishedControlFile{"controlnet-sdxl", "control_model.", "controlnet-sdxl", 1251014160},
                    PublishedControlFile{"controlnet-sdxl-mid", nullptr, "controlnet-sdxl", 272586000},
                    PublishedControlFile{"controlnet-sdxl-mid", "control_model.", "controlnet-sdxl", 272586000},
                    PublishedControlFile{"controlnet-sdxl-small", nullptr, "controlnet-sdxl", 160111120},
                    PublishedControlFile{"controlnet-sdxl-small", "control_model.", "controlnet-sdxl", 160111120}));

TEST_F(ControlNetFolder, saysWhichFactDiffers) {
  const auto says = [](const std::string& text, const char* piece) { return text.find(piece) != std::string::npos; };
  EXPECT_EQ(refusal([](auto&, auto&) {}), "it fits");
  EXPECT_TRUE(says(refusal([](auto&, auto&) {}, 8), "factor 8"));
  EXPECT_TRUE(says(refusal([](auto&, auto& unet) { unet.in_channels = 16; }), "latent channels"));
  EXPECT_TRUE(says(refusal([](auto&, auto& unet) { unet.cross_attention_dim = 48; }), "text of width 32, not 48"));
  EXPECT_TRUE(says(refusal([](auto& control, auto&) { control.encoder.addition = Addition::TextTime; }), "time ids"));
  EXPECT_TRUE(says(refusal([](auto&, auto& unet) {
                     for (UnetLevel& level : unet.down) level.channels += 8;
                   }),
                   "none of its residuals"));
}

}  // namespace
}  // namespace tstitch
