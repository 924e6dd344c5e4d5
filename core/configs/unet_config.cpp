#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/configs/config_reader.h"
#include "core/configs/model_config.h"

namespace tstitch {
namespace {

using nlohmann::json;

constexpr int kWidest = 16'384;
constexpr int kMostLevels = 8;
constexpr int kMostLayers = 16;
constexpr int kMostTransformerLayers = 64;

constexpr std::array kDownBlocks{ConfigName<UnetBlock>{"DownBlock2D", UnetBlock::Plain},
                                 ConfigName<UnetBlock>{"CrossAttnDownBlock2D", UnetBlock::CrossAttention}};
constexpr std::array kUpBlocks{ConfigName<UnetBlock>{"UpBlock2D", UnetBlock::Plain},
                               ConfigName<UnetBlock>{"CrossAttnUpBlock2D", UnetBlock::CrossAttention}};
constexpr std::array kMidBlocks{ConfigName<UnetMidBlock>{"UNetMidBlock2D", UnetMidBlock::Plain},
                                ConfigName<UnetMidBlock>{"UNetMidBlock2DCrossAttn", UnetMidBlock::CrossAttention}};

/// Options of the class that change the network and that no supported model sets.
void refuse_unused_options(const ConfigReader& config) {
  config.require("center_input_sample", {false});
  config.require("act_fn", {"silu", "swish"});
  config.require("encoder_hid_dim", {});
  config.require("encoder_hid_dim_type", {});
  config.require("num_attention_heads", {});
  config.require("dual_cross_attention", {false});
  config.require("class_embed_type", {});
  config.require("num_class_embeds", {});
  config.require("resnet_time_scale_shift", {"default"});
  config.require("resnet_skip_time_act", {false});
  config.require("resnet_out_scale_factor", {1.0});
  config.require("time_embedding_type", {"positional"});
  config.require("time_embedding_dim", {});
  config.require("time_embedding_act_fn", {});
  config.require("timestep_post_act", {});
  config.require("conv_in_kernel", {3});
  config.require("conv_out_kernel", {3});
  config.require("attention_type", {"default"});
  config.require("class_embeddings_concat", {false});
  config.require("mid_block_only_cross_attention", {false});
  config.require("cross_attention_norm", {});
  config.require("addition_embed_type", {"text_time"});
  const json& only_cross = config.value("only_cross_attention");
  const bool all_false = only_cross.is_array() && std::all_of(only_cross.begin(), only_cross.end(),
                                                              [](const json& each) { return each == json(false); });
  if (!all_false) config.require("only_cross_attention", {false});
}

/// diffusers gives null its own meaning here: no norm at all, no middle block.
UnetMidBlock mid_block(const ConfigReader& config, bool given) {
  const auto mid = config.choice<UnetMidBlock>("mid_block_type", kMidBlocks);
  return mid.value_or(given ? UnetMidBlock::None : UnetMidBlock::CrossAttention);
}

std::vector<UnetBlock> block_types(const ConfigReader& config, std::string_view key,
                                   std::span<const ConfigName<UnetBlock>> known, std::vector<std::string> otherwise) {
  std::vector<UnetBlock> types;
  for (const std::string& name : config.texts(key, std::move(otherwise))) {
    const auto row = std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.name == name; });
    if (row == known.end()) config.refuse(key, concat("names the block type ", name, ", which is not supported."));
    types.push_back(row->value);
  }
  return types;
}

/// Transformer layers of one level: one number for all attentions of the level, or a list of one each.
std::vector<int> depths_of_level(const ConfigReader& config, std::string_view key, const json& value, int attentions) {
  const auto count = static_cast<std::size_t>(attentions);
  if (!value.is_array()) return std::vector<int>(count, config.element(key, value, 0, kMostTransformerLayers));
  std::vector<int> depths;
  for (const json& each : value) depths.push_back(config.element(key, each, 0, kMostTransformerLayers));
  if (depths.size() != count) {
    config.refuse(key, concat("lists ", depths.size(), " depths for a level of ", count, " attentions."));
  }
  return depths;
}

/// One value per level, as numbers or lists, from the file's number or list.
std::vector<json> depth_per_level(const ConfigReader& config, std::string_view key, std::size_t levels) {
  const json& value = config.value(key);
  if (value.is_null()) return std::vector<json>(levels, json(1));
  if (!value.is_array()) return std::vector<json>(levels, value);
  if (value.size() != levels) {
    config.refuse(key, concat("lists ", value.size(), " levels, but the network has ", levels, "."));
  }
  return {value.begin(), value.end()};
}

struct Depths {
  std::vector<json> down;
  std::vector<json> up;
  std::string_view up_key = "transformer_layers_per_block";
};

Depths depths(const ConfigReader& config, std::size_t levels) {
  constexpr std::string_view kDown = "transformer_layers_per_block";
  constexpr std::string_view kUp = "reverse_transformer_layers_per_block";
  Depths result{depth_per_level(config, kDown, levels), {}};
  const bool nested = std::any_of(result.down.begin(), result.down.end(), [](const json& d) { return d.is_array(); });
  if (config.has(kUp)) {
    result.up = depth_per_level(config, kUp, levels);
    result.up_key = kUp;
  } else if (nested) {
    config.refuse(kDown, "is a nested list, which needs reverse_transformer_layers_per_block beside it.");
  } else {
    result.up.assign(result.down.rbegin(), result.down.rend());
  }
  return result;
}

void check_level(const ConfigReader& config, const UnetLevel& level, int groups) {
  if (level.channels % groups != 0) {
    config.refuse("block_out_channels",
                  concat("has ", level.channels, ", which is no multiple of norm_num_groups ", groups, "."));
  }
  if (level.block == UnetBlock::CrossAttention && level.channels % level.heads != 0) {
    config.refuse("attention_head_dim", concat("gives ", level.heads, " heads, which do not divide ", level.channels,
                                               " channels (the key means the number of heads)."));
  }
}

/// ControlNets have no way up.
enum class Ways { DownAndUp, Down };

void read_levels(const ConfigReader& config, UnetConfig& unet, Ways ways) {
  const auto channels = config.integers("block_out_channels", {320, 640, 1280, 1280}, 1, kWidest);
  const auto down =
      block_types(config, "down_block_types", kDownBlocks,
                  {"CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"});
  const auto up = block_types(config, "up_block_types", kUpBlocks,
                              {"UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"});
  const std::size_t count = channels.size();
  if (count > kMostLevels) config.refuse("block_out_channels", concat("lists more than ", kMostLevels, " levels."));
  if (down.size() != count || (ways == Ways::DownAndUp && up.size() != count)) {
    config.refuse(down.size() != count ? "down_block_types" : "up_block_types",
                  concat("does not list one block for each of the ", count, " block_out_channels."));
  }
  const auto layers = config.integer_per_level("layers_per_block", 2, count, 1, kMostLayers);
  const auto heads = config.integer_per_level("attention_head_dim", 8, count, 1, kWidest);
  const auto contexts = config.integer_per_level("cross_attention_dim", 1280, count, 1, kWidest);
  const Depths depth = depths(config, count);
  for (std::size_t i = 0; i < count; ++i) {
    UnetLevel level{down[i], channels[i], layers[i], heads[i], contexts[i], {}};
    check_level(config, level, unet.norm_groups);
    if (level.block == UnetBlock::CrossAttention) {
      level.transformer_layers = depths_of_level(config, "transformer_layers_per_block", depth.down[i], level.layers);
    }
    unet.down.push_back(level);
    if (ways == Ways::Down) continue;
    const std::size_t outer = count - 1 - i;
    UnetLevel back{up[i], channels[outer], layers[outer] + 1, heads[outer], contexts[outer], {}};
    check_level(config, back, unet.norm_groups);
    if (back.block == UnetBlock::CrossAttention) {
      back.transformer_layers = depths_of_level(config, depth.up_key, depth.up[i], back.layers);
    }
    unet.up.push_back(back);
  }
  unet.cross_attention_dim = contexts.back();
  unet.mid_heads = heads.back();
  unet.mid_cross_attention_dim = contexts.back();
  const json& innermost = depth.down.back();
  if (unet.mid == UnetMidBlock::CrossAttention) {
    check_level(config, {UnetBlock::CrossAttention, channels.back(), 1, heads.back(), 0, {}}, unet.norm_groups);
    unet.mid_transformer_layers = config.element("transformer_layers_per_block",
                                                 innermost.is_array() && !innermost.empty() ? innermost[0] : innermost,
                                                 0, kMostTransformerLayers);
  }
}

void read_embeddings(const ConfigReader& config, UnetConfig& unet) {
  unet.flip_sin_to_cos = config.boolean("flip_sin_to_cos", true);
  unet.freq_shift = config.number("freq_shift", 0.0, 0.0, 1.0);
  unet.time_cond_proj_dim = config.integer("time_cond_proj_dim", 2, kWidest);
  if (unet.down.front().channels % 2 != 0) config.refuse("block_out_channels", "begins with an odd number.");
  if (unet.time_cond_proj_dim.value_or(0) % 2 != 0) config.refuse("time_cond_proj_dim", "is an odd number.");
  if (!config.has("addition_embed_type")) return;
  unet.addition = Addition::TextTime;
  for (const std::string_view key : {"addition_time_embed_dim", "projection_class_embeddings_input_dim"}) {
    if (!config.has(key)) config.refuse(key, "is missing, but addition_embed_type text_time needs it.");
  }
  unet.addition_time_embed_dim = config.integer("addition_time_embed_dim", 256, 2, kWidest);
  unet.projection_class_embeddings_input_dim =
      config.integer("projection_class_embeddings_input_dim", 2816, 1, 8 * kWidest);
  if (unet.addition_time_embed_dim % 2 != 0) config.refuse("addition_time_embed_dim", "is an odd number.");
}

void read_channels(const ConfigReader& config, UnetConfig& unet) {
  unet.in_channels = config.integer("in_channels", 4, 1, 1024);
  unet.out_channels = config.integer("out_channels", 4, 1, 1024);
  if (unet.in_channels != unet.out_channels && !unet.inpaints()) {
    const std::string kind = unet.in_channels == 8 ? "This looks like an InstructPix2Pix model." : "";
    config.refuse("in_channels",
                  concat("is ", unet.in_channels, ", but out_channels is ", unet.out_channels,
                         "; networks have as many of one as of the other, or for inpainting twice as many and one."),
                  kind);
  }
  const json& size = config.value("sample_size");
  if (!size.is_array()) {
    unet.sample_size = config.integer("sample_size", 1, kWidest);
  } else if (const auto sides = config.integers("sample_size", {}, 1, kWidest);
             sides.size() == 2 && sides[0] == sides[1]) {
    unet.sample_size = sides[0];
  } else {
    config.refuse("sample_size", "is no number and no pair of equal numbers.");
  }
}

UnetConfig read_unet(const ConfigReader& config, Ways ways) {
  refuse_unused_options(config);
  UnetConfig unet;
  unet.mid = mid_block(config, config.mentions("mid_block_type"));
  if (config.mentions("norm_num_groups") && !config.has("norm_num_groups")) {
    config.refuse("norm_num_groups", "is null, which no supported model uses.");
  }
  unet.norm_groups = config.integer("norm_num_groups", 32, 1, kWidest);
  unet.norm_eps = config.number("norm_eps", 1e-5, 1e-12, 1.0);
  unet.downsample_padding = config.integer("downsample_padding", 1, 0, 1);
  unet.mid_block_scale_factor = config.number("mid_block_scale_factor", 1.0, 1e-3, 1e3);
  unet.use_linear_projection = config.boolean("use_linear_projection", false);
  unet.upcast_attention = config.boolean("upcast_attention", false);
  read_levels(config, unet, ways);
  read_embeddings(config, unet);
  return unet;
}

}  // namespace

UnetConfig parse_unet_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  config.require("_class_name", {"UNet2DConditionModel"});
  config.refuse_quantised();
  UnetConfig unet = read_unet(config, Ways::DownAndUp);
  read_channels(config, unet);
  return unet;
}

ControlNetConfig parse_control_net_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  config.require("_class_name", {"ControlNetModel"});
  config.refuse_quantised();
  config.require("global_pool_conditions", {false});
  ControlNetConfig control;
  control.encoder = read_unet(config, Ways::Down);
  control.encoder.in_channels = control.encoder.out_channels = config.integer("in_channels", 4, 1, 1024);
  control.hint_channels = config.integer("conditioning_channels", 3, 1, 1024);
  control.hint_widths = config.integers("conditioning_embedding_out_channels", {16, 32, 96, 256}, 1, kWidest);
  constexpr std::size_t kMostStages = 8;
  if (control.hint_widths.empty() || control.hint_widths.size() > kMostStages) {
    config.refuse("conditioning_embedding_out_channels", concat("lists ", control.hint_widths.size(), " stages."));
  }
  constexpr std::array kOrders{ConfigName<bool>{"rgb", false}, ConfigName<bool>{"bgr", true}};
  control.hint_is_bgr = config.choice<bool>("controlnet_conditioning_channel_order", kOrders).value_or(false);
  return control;
}

}  // namespace tstitch
