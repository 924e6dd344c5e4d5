#include "core/configs/depth_config.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/configs/config_reader.h"

namespace tstitch {
namespace {

using nlohmann::json;

constexpr int kWidest = 16'384;
constexpr int kMostLayers = 256;
constexpr int kLargestPatch = 64;
constexpr int kLargestPicture = 4096;

/// The object under that key as a config of its own; without it an empty one.
ConfigReader nested(const ConfigReader& config, std::string_view key, const std::string& file) {
  const json& object = config.value(key);
  if (!object.is_null() && !object.is_object()) config.refuse(key, "is no object.");
  return {object.is_null() ? "{}" : object.dump(), concat(file, ": ", key)};
}

template <std::size_t count>
std::array<int, count> numbers(const ConfigReader& config, std::string_view key,
                               const std::array<int, count>& otherwise, int least, int most) {
  const std::vector<int> list = config.integers(key, {otherwise.begin(), otherwise.end()}, least, most);
  if (list.size() != count) config.refuse(key, concat("lists ", list.size(), " numbers; ", count, " were expected."));
  std::array<int, count> result{};
  std::copy(list.begin(), list.end(), result.begin());
  return result;
}

template <std::size_t count>
void require_rising(const ConfigReader& config, std::string_view key, const std::array<int, count>& list) {
  if (std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) == list.end()) return;
  config.refuse(key, "does not rise.");
}

/// What the decoder of both families has to be like.
void require_decoder(const ConfigReader& config) {
  config.require("reassemble_factors", {json::array({4, 2, 1, 0.5}), json::array({1, 1, 1, 0.5})});
  config.require("head_in_index", {-1});
  config.require("add_projection", {false});
  config.require("use_batch_norm_in_fusion_residual", {false});
  config.require("use_bias_in_fusion_residual", {true});
  config.require("depth_estimation_type", {"relative"});
}

void require_heads(const ConfigReader& config, int width, int heads) {
  if (width % heads == 0) return;
  config.refuse("num_attention_heads", concat("is ", heads, ", which does not divide hidden_size ", width, "."));
}

void require_class(const ConfigReader& config, const std::string& name) {
  if (config.value("architectures") == json::array({name})) return;
  config.refuse("architectures", concat("does not name ", name, ", which was expected."));
}

BitConfig read_backbone(const ConfigReader& config) {
  config.require("model_type", {"bit"});
  config.require("hidden_act", {"relu"});
  config.require("num_channels", {3});
  config.require("output_stride", {32});
  config.require("width_factor", {1});
  if (config.text("layer_type") != "bottleneck") config.refuse("layer_type", "is not bottleneck.");
  const auto padding = config.text("global_padding");
  if (padding != "SAME" && padding != "same") config.refuse("global_padding", "is not SAME.");
  if (!config.boolean("embedding_dynamic_padding", false)) config.refuse("embedding_dynamic_padding", "is not true.");
  if (config.texts("out_features", {}) != std::vector<std::string>{"stage1", "stage2", "stage3"}) {
    config.refuse("out_features", "does not list stage1, stage2 and stage3.");
  }
  BitConfig bit;
  bit.embedding_size = config.integer("embedding_size", 64, 1, kWidest);
  bit.norm_groups = config.integer("num_groups", 32, 1, kWidest);
  bit.depths = config.integers("depths", {3, 4, 6}, 1, kMostLayers);
  bit.hidden_sizes = config.integers("hidden_sizes", {256, 512, 1024, 2048}, 8, kWidest);
  if (bit.depths.size() != 3 || bit.hidden_sizes.size() < 3) {
    config.refuse("depths", "and hidden_sizes do not describe three stages.");
  }
  bit.hidden_sizes.resize(3);
  for (const int channels : bit.hidden_sizes) {
    if (channels % 8 != 0 || channels % bit.norm_groups != 0) {
      config.refuse("hidden_sizes", concat("has ", channels, ", no multiple of 8 and of num_groups."));
    }
  }
  return bit;
}

/// Three numbers, one a channel.
std::array<double, 3> channel_numbers(const ConfigReader& config, std::string_view key, double otherwise) {
  const json& list = config.value(key);
  if (list.is_null()) return {otherwise, otherwise, otherwise};
  std::array<double, 3> result{};
  if (!list.is_array() || list.size() != result.size()) config.refuse(key, "is no list of three numbers.");
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!list[i].is_number()) config.refuse(key, "is no list of three numbers.");
    result[i] = list[i].get<double>();
  }
  return result;
}

}  // namespace

DptConfig parse_dpt_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  require_class(config, "DPTForDepthEstimation");
  if (!config.boolean("is_hybrid", false)) config.refuse("is_hybrid", "is not true; only the hybrid network is known.");
  require_decoder(config);
  config.require("readout_type", {"project"});
  config.require("hidden_act", {"gelu"});
  config.require("num_channels", {3});
  config.require("qkv_bias", {true});
  config.require("neck_ignore_stages", {json::array({0, 1})});
  DptConfig dpt;
  const bool says_backbone = config.has("backbone_config");
  if (says_backbone) dpt.backbone = read_backbone(nested(config, "backbone_config", file));
  dpt.hidden_size = config.integer("hidden_size", 768, 1, kWidest);
  dpt.layers = config.integer("num_hidden_layers", 12, 1, kMostLayers);
  dpt.heads = config.integer("num_attention_heads", 12, 1, kWidest);
  dpt.intermediate_size = config.integer("intermediate_size", 3072, 1, kWidest);
  dpt.layer_norm_eps = config.number("layer_norm_eps", 1e-12, 0.0, 1.0);
  dpt.image_size = config.integer("image_size", 384, 1, kLargestPicture);
  dpt.patch_size = config.integer("patch_size", 16, 1, kLargestPatch);
  dpt.fusion_size = config.integer("fusion_hidden_size", 256, 2, kWidest);
  dpt.neck_sizes = numbers<4>(config, "neck_hidden_sizes", {96, 192, 384, 768}, 1, kWidest);
  const auto indices = numbers<4>(config, "backbone_out_indices", {2, 5, 8, 11}, 0, dpt.layers - 1);
  dpt.taps = {indices[2], indices[3]};
  require_rising(config, "backbone_out_indices", dpt.taps);
  require_heads(config, dpt.hidden_size, dpt.heads);
  if (dpt.patch_size != 16) config.refuse("patch_size", "is not 16, the stride of the backbone.");
  if (dpt.image_size % (2 * dpt.patch_size) != 0) {
    config.refuse("image_size", concat("is ", dpt.image_size, ", no multiple of twice the patch_size."));
  }
  if (dpt.neck_sizes[0] != dpt.backbone.hidden_sizes[0] || dpt.neck_sizes[1] != dpt.backbone.hidden_sizes[1]) {
    config.refuse("neck_hidden_sizes", "does not begin with the channels of the backbone's stages.");
  }
  return dpt;
}

DepthAnythingConfig parse_depth_anything_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  require_class(config, "DepthAnythingForDepthEstimation");
  require_decoder(config);
  const ConfigReader backbone = nested(config, "backbone_config", file);
  const bool silent = !config.has("backbone_config");
  backbone.require("model_type", {"dinov2"});
  backbone.require("hidden_act", {"gelu"});
  backbone.require("num_channels", {3});
  backbone.require("qkv_bias", {true});
  backbone.require("use_swiglu_ffn", {false});
  backbone.require("apply_layernorm", {true});
  if (!silent && backbone.boolean("reshape_hidden_states", true)) {
    backbone.refuse("reshape_hidden_states", "is not false.");
  }
  DepthAnythingConfig depth;
  depth.hidden_size = backbone.integer("hidden_size", silent ? 384 : 768, 1, kWidest);
  depth.layers = backbone.integer("num_hidden_layers", 12, 1, kMostLayers);
  depth.heads = backbone.integer("num_attention_heads", silent ? 6 : 12, 1, kWidest);
  depth.mlp_ratio = backbone.integer("mlp_ratio", 4, 1, 64);
  depth.layer_norm_eps = backbone.number("layer_norm_eps", 1e-6, 0.0, 1.0);
  depth.image_size = backbone.integer("image_size", silent ? 518 : 224, 1, kLargestPicture);
  depth.patch_size = backbone.integer("patch_size", 14, 1, kLargestPatch);
  depth.taps = numbers<4>(backbone, "out_indices", {9, 10, 11, 12}, 1, depth.layers);
  require_rising(backbone, "out_indices", depth.taps);
  require_heads(backbone, depth.hidden_size, depth.heads);
  config.require("patch_size", {depth.patch_size});
  config.require("reassemble_hidden_size", {depth.hidden_size});
  depth.neck_sizes = numbers<4>(config, "neck_hidden_sizes", {48, 96, 192, 384}, 1, kWidest);
  depth.fusion_size = config.integer("fusion_hidden_size", 64, 2, kWidest);
  depth.head_hidden_size = config.integer("head_hidden_size", 32, 1, kWidest);
  return depth;
}

DepthProcessorConfig parse_depth_processor_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  for (const std::string_view key : {"do_resize", "do_rescale", "do_normalize"}) config.require(key, {true});
  config.require("do_pad", {false});
  config.require("do_center_crop", {false});
  if (std::abs(config.number("rescale_factor", 1.0 / 255, 0.0, 1.0) * 255 - 1) > 1e-6) {
    config.refuse("rescale_factor", "is not 1/255.");
  }
  DepthProcessorConfig processor;
  if (config.value("size").is_number()) {
    processor.height = processor.width = config.integer("size", 384, 1, kLargestPicture);
  } else {
    const ConfigReader size = nested(config, "size", file);
    processor.height = size.integer("height", 384, 1, kLargestPicture);
    processor.width = size.integer("width", 384, 1, kLargestPicture);
  }
  processor.keep_aspect_ratio = config.boolean("keep_aspect_ratio", false);
  processor.multiple_of = config.integer("ensure_multiple_of", 1, 1, kLargestPatch);
  config.require("resample", {2, 3});  // Pillow's numbers
  if (config.integer("resample", 3, 2, 3) == 2) processor.filter = PictureFilter::Bilinear;
  processor.mean = channel_numbers(config, "image_mean", 0.5);
  processor.deviation = channel_numbers(config, "image_std", 0.5);
  for (const double deviation : processor.deviation) {
    if (!(deviation > 0)) config.refuse("image_std", "has a number that is not above 0.");
  }
  return processor;
}

}  // namespace tstitch
