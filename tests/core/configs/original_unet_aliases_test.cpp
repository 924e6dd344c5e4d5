#include "core/configs/original_unet_aliases.h"

#include <gtest/gtest.h>

#include "tests/support/original_layout.h"

namespace tstitch {
namespace {

constexpr const char* kGolden = TSTITCH_GOLDEN_DIR;
constexpr std::string_view kWeight = ".weight";

class OriginalUnetAliases : public testing::TestWithParam<const char*> {};

/// Every layer of the full-size list is called what the published one-file checkpoint calls it.
TEST_P(OriginalUnetAliases, areThoseOfThePublishedFiles) {
  const UnetConfig config = parse_unet_config(test::published_config(kGolden, GetParam()), GetParam());
  const test::OriginalLayout layout(kGolden, GetParam());
  std::vector<std::string> layers;
  std::map<std::string, std::string> expected;
  for (const auto& [name, shape] : test::published_tensors(kGolden, GetParam())) {
    if (!name.ends_with(kWeight)) continue;
    layers.push_back(name.substr(0, name.size() - kWeight.size()));
    const std::string original = layout.tensor(name, shape).first;
    expected[original.substr(0, original.size() - kWeight.size())] = layers.back();
  }
  EXPECT_EQ(original_unet_aliases(config, layers), expected);
}

INSTANTIATE_TEST_SUITE_P(Lists, OriginalUnetAliases, testing::Values("sd15", "sd21", "sdxl", "sdxl-refiner"));

TEST(OriginalUnetAliasesOfAFew, leaveOutWhatTheNetworkDoesNotHave) {
  const UnetConfig config = parse_unet_config(test::published_config(kGolden, "sd15"), "sd15");
  EXPECT_EQ(original_unet_aliases(config, {"down_blocks.1.attentions.0.proj_in", "down_blocks.9.resnets.0.conv1"}),
            (std::map<std::string, std::string>{{"input_blocks.4.1.proj_in", "down_blocks.1.attentions.0.proj_in"}}));
}

}  // namespace
}  // namespace tstitch
