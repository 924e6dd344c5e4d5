#include "core/networks/adapter_map.h"

#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/networks/residual_map.h"
#include "tests/support/key_list.h"

namespace tstitch {
namespace {

constexpr int kFactor = 8;

UnetConfig unet(const std::string& name) {
  return parse_unet_config(test::KeyList::load(TSTITCH_GOLDEN_DIR, name).config, name);
}

/// As published: the class's defaults for SD 1, and these.
AdapterConfig published(AdapterKind kind) {
  AdapterConfig adapter;
  adapter.kind = kind;
  if (kind == AdapterKind::FullXl) adapter.unshuffle = 16;
  if (kind == AdapterKind::Light) adapter.channels = {320, 640, 1280};
  return adapter;
}

struct Fit {
  AdapterKind kind;
  const char* model;
  std::size_t levels;
  bool middle;
};

TEST(AdapterMap, givesEachLevelAFeatureAndTheMiddleTheNextOne) {
  for (const Fit& fit :
       {Fit{AdapterKind::Full, "sd15", 4, false}, Fit{AdapterKind::Full, "sd21", 4, false},
        Fit{AdapterKind::Full, "bk-sdm-base", 4, false}, Fit{AdapterKind::Full, "bk-sdm-small", 4, false},
        Fit{AdapterKind::Full, "bk-sdm-tiny", 3, false}, Fit{AdapterKind::Light, "sd15", 4, false},
        Fit{AdapterKind::FullXl, "sdxl", 3, true}, Fit{AdapterKind::FullXl, "lcm-sdxl", 3, true},
        Fit{AdapterKind::FullXl, "ssd-1b", 3, true}, Fit{AdapterKind::FullXl, "segmind-vega", 3, true},
        Fit{AdapterKind::FullXl, "koala-700m", 3, false}, Fit{AdapterKind::FullXl, "koala-1b", 3, true}}) {
    const AdapterMap map = adapter_map(published(fit.kind), unet(fit.model), kFactor);
    EXPECT_EQ(map.features, 4U) << fit.model;
    EXPECT_EQ(map.levels, fit.levels) << fit.model;
    EXPECT_EQ(map.middle, fit.middle) << fit.model;
    EXPECT_EQ(map.taken(), fit.levels + (fit.middle ? 1U : 0U)) << fit.model;
  }
}

TEST(AdapterMap, isEmptyWhereAFeatureIsOfAnotherShape) {
  EXPECT_TRUE(adapter_map(published(AdapterKind::Full), unet("sdxl"), kFactor).empty());
  EXPECT_TRUE(adapter_map(published(AdapterKind::FullXl), unet("sd15"), kFactor).empty());
  EXPECT_TRUE(adapter_map(published(AdapterKind::FullXl), unet("sdxl-refiner"), kFactor).empty());
  EXPECT_TRUE(adapter_map(published(AdapterKind::Full), unet("sd15"), 4).empty());
  UnetConfig other = unet("sd15");
  other.down.back().channels = 960;
  EXPECT_TRUE(adapter_map(published(AdapterKind::Full), other, kFactor).empty());
}

TEST(AdapterMap, takesFewerFeaturesThanThereAreLevels) {
  AdapterConfig two = published(AdapterKind::Full);
  two.channels = {320, 640};
  const AdapterMap map = adapter_map(two, unet("sd15"), kFactor);
  EXPECT_EQ(map.levels, 2U);
  EXPECT_FALSE(map.middle);
}

TEST(AdapterMap, saysWhatGoesWhere) {
  EXPECT_EQ(text_of(features_of(published(AdapterKind::FullXl))),
            "320 at 1/16, 640 at 1/16, 1280 at 1/32, 1280 at 1/32");
  EXPECT_EQ(text_of(feature_places(unet("sdxl"), kFactor)), "320 at 1/16, 640 at 1/16, 1280 at 1/32, 1280 at 1/32");
  EXPECT_EQ(text_of(features_of(published(AdapterKind::Full))), "320 at 1/8, 640 at 1/16, 1280 at 1/32, 1280 at 1/64");
  EXPECT_EQ(text_of(features_of(published(AdapterKind::Light))), text_of(features_of(published(AdapterKind::Full))));
}

TEST(AdapterMap, scalesAndAddsToWhatControlNetsAdd) {
  const auto tensor = [](double value) { return at::full({1, 1, 1, 1}, value); };
  const auto value = [](const at::Tensor& one) { return one.item<double>(); };
  UnetResiduals sum = AdapterMap{3, 1, true}({tensor(1), tensor(2), tensor(3)}, 0.5);
  EXPECT_THAT(sum.skips, testing::IsEmpty());
  add_residuals(sum, ResidualMap{{0}, true}({{tensor(10)}, tensor(20)}, 1));
  add_residuals(sum, AdapterMap{2, 2, false}({tensor(100), tensor(200)}, 1));
  ASSERT_EQ(sum.levels.size(), 2U);
  EXPECT_EQ(value(sum.levels[0]), 100.5);
  EXPECT_EQ(value(sum.levels[1]), 200);
  ASSERT_EQ(sum.skips.size(), 1U);
  EXPECT_EQ(value(sum.skips[0]), 10);
  EXPECT_EQ(value(sum.middle), 21);
}

}  // namespace
}  // namespace tstitch
