#include "core/configs/adapter_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/single_file.h"
#include "tests/support/adapter_layouts.h"
#include "tests/support/refusal.h"

namespace tstitch {
namespace {

using nlohmann::json;
using test::original_adapter;
using test::original_light_adapter;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

AdapterConfig parse(const json& config) {
  return parse_adapter_config(config.dump(), "config.json");
}

std::string refusal(const json& config) {
  return test::refusal_in("config.json", [&] { return parse(config); });
}

std::vector<int> strides(const AdapterConfig& adapter) {
  std::vector<int> all;
  for (const AdapterBlock& block : adapter.blocks()) all.push_back(block.stride);
  return all;
}

TEST(AdapterConfig, hasTheDefaultsOfItsClass) {
  const AdapterConfig adapter = parse({{"_class_name", "T2IAdapter"}});
  EXPECT_EQ(adapter.kind, AdapterKind::Full);
  EXPECT_EQ(adapter.picture_channels, 3);
  EXPECT_THAT(adapter.channels, ElementsAre(320, 640, 1280, 1280));
  EXPECT_EQ(adapter.resnets, 2);
  EXPECT_EQ(adapter.unshuffle, 8);
}

TEST(AdapterConfig, laysOutTheBlocksOfEachKind) {
  EXPECT_THAT(strides(parse({{"_class_name", "T2IAdapter"}})), ElementsAre(8, 16, 32, 64));
  EXPECT_THAT(strides(parse({{"adapter_type", "full_adapter_xl"}, {"downscale_factor", 16}})),
              ElementsAre(16, 16, 32, 32));
  const AdapterConfig light = parse({{"adapter_type", "light_adapter"}, {"channels", {320, 640, 1280}}});
  EXPECT_THAT(strides(light), ElementsAre(8, 16, 32, 64));
  EXPECT_EQ(light.blocks().front().in, 192);
  EXPECT_EQ(light.blocks().back().out, 1280);
}

TEST(AdapterConfig, refusesByNameWhatItCannotBe) {
  EXPECT_THAT(refusal({{"_class_name", "MultiAdapter"}}), HasSubstr("_class_name"));
  EXPECT_THAT(refusal({{"in_channels", 4}}), HasSubstr("in_channels"));
  EXPECT_THAT(refusal({{"in_channels", 2}}), HasSubstr("in_channels"));
  EXPECT_THAT(refusal({{"adapter_type", "style_adapter"}}), HasSubstr("style_adapter"));
  EXPECT_THAT(refusal({{"channels", json::array()}}), HasSubstr("channels"));
  EXPECT_THAT(refusal({{"channels", {8, 8, 8, 8, 8, 8, 8, 8, 8}}}), HasSubstr("9 levels"));
  EXPECT_THAT(refusal({{"num_res_blocks", 0}}), HasSubstr("num_res_blocks"));
  EXPECT_THAT(refusal({{"downscale_factor", 1 << 20}}), HasSubstr("downscale_factor"));
  EXPECT_THAT(refusal({{"adapter_type", "light_adapter"}, {"channels", {8, 3}}}), HasSubstr("at least 4"));
  EXPECT_THAT(refusal({{"adapter_type", "full_adapter_xl"}, {"channels", {8, 8, 8, 16}}}), HasSubstr("8 to 16"));
}

struct PublishedAdapter {
  TensorShapes original;
  AdapterKind kind;
  int picture_channels;
  int unshuffle;
  int resnets;
  std::vector<int> channels;
};

TEST(PublishedAdapters, areReadInEitherLayout) {
  const std::vector<int> full{320, 640, 1280, 1280};
  const std::vector<PublishedAdapter> adapters{
      {original_adapter(192), AdapterKind::Full, 3, 8, 2, full},
      {original_adapter(64), AdapterKind::Full, 1, 8, 2, full},
      {original_adapter(768), AdapterKind::FullXl, 3, 16, 2, full},
      {original_adapter(256), AdapterKind::FullXl, 1, 16, 2, full},
      {original_light_adapter(), AdapterKind::Light, 3, 8, 4, {320, 640, 1280}}};
  for (const PublishedAdapter& adapter : adapters) {
    SCOPED_TRACE(concat(adapter.unshuffle, " pixels, ", adapter.picture_channels, " channels"));
    const SingleFile parts = map_single_file(adapter.original, "file");
    EXPECT_EQ(parts.adapter.size(), adapter.original.size());
    EXPECT_THAT(parts.unused, IsEmpty());
    const TensorShapes ours = shapes_of(parts.adapter);
    const AdapterConfig config = infer_adapter_config(ours, "file");
    EXPECT_EQ(config.kind, adapter.kind);
    EXPECT_EQ(config.picture_channels, adapter.picture_channels);
    EXPECT_EQ(config.unshuffle, adapter.unshuffle);
    EXPECT_EQ(config.resnets, adapter.resnets);
    EXPECT_EQ(config.channels, adapter.channels);
    EXPECT_EQ(shapes_of(map_single_file(ours, "file").adapter), ours) << "in diffusers' layout";
  }
}

/// Names as diffusers' class has them.
TEST(PublishedAdapters, takeTheirNamesInOurLayout) {
  const TensorMap full = map_single_file(original_adapter(192), "file").adapter;
  EXPECT_EQ(full.at("adapter.conv_in.bias").name, "conv_in.bias");
  EXPECT_EQ(full.at("adapter.body.0.resnets.1.block2.weight").name, "body.1.block2.weight");
  EXPECT_EQ(full.at("adapter.body.1.in_conv.weight").name, "body.2.in_conv.weight");
  EXPECT_EQ(full.at("adapter.body.3.resnets.1.block1.bias").name, "body.7.block1.bias");
  const TensorMap light = map_single_file(original_light_adapter(), "file").adapter;
  EXPECT_EQ(light.at("adapter.body.2.in_conv.weight").name, "body.2.in_conv.weight");
  EXPECT_EQ(light.at("adapter.body.3.resnets.2.block1.weight").name, "body.3.body.2.block1.weight");
  EXPECT_EQ(light.at("adapter.body.0.out_conv.bias").name, "body.0.out_conv.bias");
}

TEST(PublishedAdapters, areRefusedWhenTheirFirstLayerTakesNoPicture) {
  for (const std::int64_t values : {100, 128}) {  // 128: two channels of 8 pixels
    const TensorShapes ours = shapes_of(map_single_file(original_adapter(values), "file").adapter);
    EXPECT_THAT(test::refusal_in("file", [&] { return infer_adapter_config(ours, "file"); }),
                HasSubstr(concat("takes ", values, " values a place")));
  }
}

}  // namespace
}  // namespace tstitch
