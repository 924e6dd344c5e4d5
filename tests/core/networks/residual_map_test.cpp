#include "core/networks/residual_map.h"

#include <fstream>

#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/key_list.h"

namespace tstitch {
namespace {

using Indices = std::vector<int>;

UnetConfig unet(const std::string& name) {
  return parse_unet_config(test::KeyList::load(TSTITCH_GOLDEN_DIR, name).config, name);
}

UnetConfig control(const std::string& name) {
  return parse_control_net_config(test::KeyList::load(TSTITCH_GOLDEN_DIR, name).config, name).encoder;
}

/// The residuals' indices, -1 where there is none.
Indices indices_of(const ResidualMap& map) {
  Indices indices;
  for (const auto& skip : map.skips) indices.push_back(skip ? static_cast<int>(*skip) : -1);
  return indices;
}

TEST(ResidualMap, isTheIdentityWithinAFamily) {
  for (const auto& [net, model] :
       {std::pair{"controlnet-sd15", "sd15"}, std::pair{"controlnet-sdxl", "sdxl"},
        std::pair{"controlnet-sdxl", "ssd-1b"}, std::pair{"controlnet-sdxl", "segmind-vega"}}) {
    const ResidualMap map = residual_map(control(net), unet(model));
    EXPECT_TRUE(map.identity()) << model;
    EXPECT_EQ(map.name(), "identity");
    EXPECT_EQ(map.skips.size(), std::string(net) == "controlnet-sd15" ? 12U : 9U);
  }
}

/// core/networks/README.md: conv_in, the first layer of each level and the downsamplers.
TEST(ResidualMap, takesTheFirstLayersWhereThereAreFewer) {
  const UnetConfig sd = control("controlnet-sd15");
  for (const char* name : {"bk-sdm-base", "bk-sdm-small"}) {
    const ResidualMap map = residual_map(sd, unet(name));
    EXPECT_EQ(indices_of(map), (Indices{0, 1, 3, 4, 6, 7, 9, 10})) << name;
    EXPECT_TRUE(map.middle) << name;
    EXPECT_EQ(map.name(), "first-layers");
  }
  const ResidualMap tiny = residual_map(sd, unet("bk-sdm-tiny"));
  EXPECT_EQ(indices_of(tiny), (Indices{0, 1, 3, 4, 6, 7}));
  EXPECT_FALSE(tiny.middle) << "its way down ends earlier";
  const UnetConfig sdxl = control("controlnet-sdxl");
  for (const char* name : {"koala-700m", "koala-1b"}) {
    EXPECT_EQ(indices_of(residual_map(sdxl, unet(name))), (Indices{0, 1, 3, 4, 6, 7})) << name;
  }
}

TEST(ResidualMap, leavesOutWhatIsOfAnotherWidth) {
  UnetConfig narrow = unet("sd15");
  for (UnetLevel& level : narrow.down) level.channels /= 2;
  // Half of 1280 is the width of the level before, but not its resolution.
  EXPECT_TRUE(residual_map(control("controlnet-sd15"), narrow).empty());
  UnetConfig other = unet("sd15");
  other.down[1].channels = 600;
  const ResidualMap map = residual_map(control("controlnet-sd15"), other);
  EXPECT_EQ(indices_of(map), (Indices{0, 1, 2, 3, -1, -1, -1, 7, 8, 9, 10, 11}));
  EXPECT_FALSE(map.identity());
}

TEST(ResidualMap, scalesAndAdds) {
  const auto tensor = [](double value) { return at::full({1, 1, 1, 1}, value); };
  const ResidualMap map{{0, std::nullopt, 2}, true};
  UnetResiduals sum;
  add_residuals(sum, map({{tensor(1), tensor(2), tensor(3)}, tensor(4)}, 0.5));
  EXPECT_FALSE(sum.skips[1].defined());
  add_residuals(sum, ResidualMap{{std::nullopt, 1, 2}, false}({{tensor(10), tensor(20), tensor(30)}, tensor(40)}, 1));
  const auto value = [](const at::Tensor& one) { return one.item<double>(); };
  EXPECT_EQ(value(sum.skips[0]), 0.5);
  EXPECT_EQ(value(sum.skips[1]), 20);
  EXPECT_EQ(value(sum.skips[2]), 31.5);
  EXPECT_EQ(value(sum.middle), 2);
}

}  // namespace
}  // namespace tstitch
