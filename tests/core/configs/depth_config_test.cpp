#include "core/configs/depth_config.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace tstitch {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

json published_dpt() {
  return json::parse(R"({"architectures": ["DPTForDepthEstimation"], "model_type": "dpt", "is_hybrid": true,
      "backbone_config": {"depths": [3, 4, 9], "embedding_dynamic_padding": true, "embedding_size": 64,
          "global_padding": "SAME", "hidden_act": "relu", "hidden_sizes": [256, 512, 1024, 2048],
          "layer_type": "bottleneck", "model_type": "bit", "num_channels": 3, "num_groups": 32,
          "out_features": ["stage1", "stage2", "stage3"], "output_stride": 32, "width_factor": 1},
      "backbone_featmap_shape": [1, 1024, 24, 24], "backbone_out_indices": [2, 5, 8, 11], "fusion_hidden_size": 256,
      "head_in_index": -1, "hidden_act": "gelu", "hidden_size": 768, "image_size": 384, "intermediate_size": 3072,
      "layer_norm_eps": 1e-12, "neck_hidden_sizes": [256, 512, 768, 768], "neck_ignore_stages": [0, 1],
      "num_attention_heads": 12, "num_channels": 3, "num_hidden_layers": 12, "patch_size": 16, "qkv_bias": true,
      "readout_type": "project", "reassemble_factors": [1, 1, 1, 0.5], "use_batch_norm_in_fusion_residual": false})");
}

json published_anything() {
  return json::parse(R"({"architectures": ["DepthAnythingForDepthEstimation"], "model_type": "depth_anything",
      "backbone_config": {"hidden_size": 384, "image_size": 518, "model_type": "dinov2", "num_attention_heads": 6,
          "out_indices": [3, 6, 9, 12], "patch_size": 14, "reshape_hidden_states": false},
      "fusion_hidden_size": 64, "head_hidden_size": 32, "head_in_index": -1, "neck_hidden_sizes": [48, 96, 192, 384],
      "patch_size": 14, "reassemble_factors": [4, 2, 1, 0.5], "reassemble_hidden_size": 384})");
}

template <class Parse>
std::string refusal(const Parse& parse, const json& config) {
  try {
    (void)parse(config.dump(), "config.json");
  } catch (const BadInput& error) {
    EXPECT_THAT(error.where(), HasSubstr("config.json"));
    return error.what();
  }
  return "accepted";
}

TEST(DepthConfig, OfDptHybridIsRead) {
  const DptConfig dpt = parse_dpt_config(published_dpt().dump(), "config.json");
  EXPECT_THAT(dpt.backbone.depths, ElementsAre(3, 4, 9));
  EXPECT_THAT(dpt.backbone.hidden_sizes, ElementsAre(256, 512, 1024));
  EXPECT_THAT(dpt.taps, ElementsAre(8, 11));
  EXPECT_THAT(dpt.neck_sizes, ElementsAre(256, 512, 768, 768));
  EXPECT_EQ(dpt.image_size, 384);
  EXPECT_EQ(dpt.layer_norm_eps, 1e-12);
}

TEST(DepthConfig, OfDptIsRefusedWhereTheNetworkWouldBeAnother) {
  const std::pair<const char*, json> changes[] = {{"is_hybrid", false},
                                                  {"architectures", json::array({"DPTForSemanticSegmentation"})},
                                                  {"readout_type", "add"},
                                                  {"reassemble_factors", json::array({4, 2, 2, 1})},
                                                  {"backbone_out_indices", json::array({2, 5, 11, 8})},
                                                  {"backbone_out_indices", json::array({2, 5, 8, 12})},
                                                  {"neck_hidden_sizes", json::array({256, 512, 768})},
                                                  {"neck_hidden_sizes", json::array({96, 512, 768, 768})},
                                                  {"num_attention_heads", 7},
                                                  {"image_size", 400},
                                                  {"patch_size", 8},
                                                  {"hidden_act", "relu"},
                                                  {"backbone_config", 3}};
  for (const auto& [key, value] : changes) {
    json config = published_dpt();
    config[key] = value;
    EXPECT_THAT(refusal(parse_dpt_config, config), HasSubstr(key));
  }
  const std::pair<const char*, json> backbone_changes[] = {{"layer_type", "preactivation"},
                                                           {"global_padding", nullptr},
                                                           {"embedding_dynamic_padding", false},
                                                           {"out_features", json::array({"stage3"})},
                                                           {"hidden_sizes", json::array({256, 500, 1024})},
                                                           {"depths", json::array({3, 4})}};
  for (const auto& [key, value] : backbone_changes) {
    json config = published_dpt();
    config["backbone_config"][key] = value;
    EXPECT_THAT(refusal(parse_dpt_config, config), HasSubstr(key));
  }
}

TEST(DepthConfig, OfDepthAnythingIsRead) {
  const DepthAnythingConfig depth = parse_depth_anything_config(published_anything().dump(), "config.json");
  EXPECT_EQ(depth.hidden_size, 384);
  EXPECT_EQ(depth.layers, 12);
  EXPECT_EQ(depth.image_size, 518);
  EXPECT_THAT(depth.taps, ElementsAre(3, 6, 9, 12));
  EXPECT_THAT(depth.neck_sizes, ElementsAre(48, 96, 192, 384));
}

TEST(DepthConfig, OfDepthAnythingIsRefusedWhereTheNetworkWouldBeAnother) {
  const std::pair<const char*, json> changes[] = {{"depth_estimation_type", "metric"},
                                                  {"patch_size", 16},
                                                  {"reassemble_hidden_size", 768},
                                                  {"architectures", nullptr}};
  for (const auto& [key, value] : changes) {
    json config = published_anything();
    config[key] = value;
    EXPECT_THAT(refusal(parse_depth_anything_config, config), HasSubstr(key));
  }
  const std::pair<const char*, json> backbone_changes[] = {{"reshape_hidden_states", true},
                                                           {"use_swiglu_ffn", true},
                                                           {"apply_layernorm", false},
                                                           {"out_indices", json::array({3, 6, 9, 13})}};
  for (const auto& [key, value] : backbone_changes) {
    json config = published_anything();
    config["backbone_config"][key] = value;
    EXPECT_THAT(refusal(parse_depth_anything_config, config), HasSubstr(key));
  }
}

TEST(DepthConfig, OfTheProcessorIsRead) {
  const auto processor = parse_depth_processor_config(
      R"({"do_normalize": true, "do_pad": false, "do_rescale": true, "do_resize": true, "ensure_multiple_of": 14,
          "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "keep_aspect_ratio": true,
          "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"height": 518, "width": 518}})",
      "config.json");
  EXPECT_EQ(processor.height, 518);
  EXPECT_EQ(processor.multiple_of, 14);
  EXPECT_TRUE(processor.keep_aspect_ratio);
  EXPECT_THAT(processor.mean, ElementsAre(0.485, 0.456, 0.406));
  EXPECT_EQ(parse_depth_processor_config(R"({"size": 384, "resample": 2})", "config.json").filter,
            PictureFilter::Bilinear);
  for (const char* text : {R"({"rescale_factor": 0.01})", R"({"resample": 1})", R"({"image_mean": [1, 2]})",
                           R"({"image_std": [1, 0, 1]})", R"({"do_pad": true})", R"({"size": {"height": 0}})"}) {
    EXPECT_NE(refusal(parse_depth_processor_config, json::parse(text)), "accepted") << text;
  }
}

}  // namespace
}  // namespace tstitch
