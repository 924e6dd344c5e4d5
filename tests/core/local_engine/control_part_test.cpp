#include "core/local_engine/control_part.h"

#include <gtest/gtest.h>

#include "core/control/canny.h"
#include "core/image/lanczos.h"
#include "tests/support/controlled_pair.h"

namespace tstitch {
namespace {

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
  EXPECT_EQ(control_map(choice, picture, {16, 8}, {}), canny_map(sized));
  choice.is_map = true;
  EXPECT_EQ(control_map(choice, picture, {16, 8}, {}), sized);
  choice = {};
  choice.kind = ControlKind::Other;
  EXPECT_EQ(control_map(choice, picture, {16, 8}, {}), sized);
}

class ControlNetFolder : public testing::Test {
 protected:
  [[nodiscard]] UnetConfig network() const {
    return parse_unet_config(pair_.golden().json().at("unets").at("large").at("config").dump(), "large");
  }

  template <class Change>
  [[nodiscard]] std::string refusal(const Change& change, int factor = 4) const {
    ControlNetPart part = read_control_net(pair_.folder() / "a", {});
    UnetConfig unet = network();
    change(part.config, unet);
    try {
      static_cast<void>(require_fitting_residuals(part, unet, factor, "large"));
    } catch (const IncompatibleModels& problem) {
      return problem.what();
    }
    return "it fits";
  }

  test::ControlledPair pair_{TSTITCH_GOLDEN_DIR};
};

TEST_F(ControlNetFolder, tellsItsFacts) {
  const ControlNetPart part = read_control_net(pair_.folder() / "a", {});
  EXPECT_EQ(part.facts.purpose, "a ControlNet");
  EXPECT_EQ(part.facts.context_width, 32);
  EXPECT_GT(part.facts.parameters, 0);
  EXPECT_EQ(part.facts.files.size(), 1U);
  EXPECT_THROW((void)read_control_net(pair_.folder() / "large" / "unet", {}), BadInput);
  EXPECT_THROW((void)read_control_net(pair_.folder() / "nowhere", {}), BadInput);
}

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
