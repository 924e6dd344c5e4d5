#include "core/configs/vq_config.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/configs/config_reader.h"
#include "core/formats/shape_reader.h"

namespace tstitch {
namespace {

constexpr int kWidest = 16'384;
constexpr int kMostChannels = 1024;
constexpr int kMostLevels = 8;
constexpr int kMostLayers = 16;
constexpr int kMostCodes = 1 << 20;
constexpr int kOriginalGroups = 32;

/// Which of the listed blocks have attention; every one is `plain` or `attention`, and there is one for each level.
std::vector<bool> attention_of(const ConfigReader& config, std::string_view key, const std::string& plain,
                               const std::string& attention, std::size_t levels) {
  const auto types = config.texts(key, std::vector<std::string>(levels, plain));
  std::vector<bool> result;
  for (const std::string& each : types) {
    if (each != plain && each != attention) {
      config.refuse(key, concat("names the block type ", each, "; ", plain, " or ", attention, " were expected."));
    }
    result.push_back(each == attention);
  }
  if (types.size() != levels) {
    config.refuse(key, concat("lists ", types.size(), " blocks for ", levels, " block_out_channels."));
  }
  return result;
}

void read_levels(const ConfigReader& config, VqConfig& vq) {
  vq.block_out_channels = config.integers("block_out_channels", {64}, 1, kWidest);
  const std::size_t levels = vq.block_out_channels.size();
  if (levels > kMostLevels) config.refuse("block_out_channels", concat("lists more than ", kMostLevels, " levels."));
  vq.norm_groups = config.integer("norm_num_groups", 32, 1, kWidest);
  for (const int channels : vq.block_out_channels) {
    if (channels % vq.norm_groups == 0) continue;
    config.refuse("block_out_channels",
                  concat("has ", channels, ", which is no multiple of norm_num_groups ", vq.norm_groups, "."));
  }
  vq.level_attention = attention_of(config, "down_block_types", "DownEncoderBlock2D", "AttnDownEncoderBlock2D", levels);
  auto way_up = attention_of(config, "up_block_types", "UpDecoderBlock2D", "AttnUpDecoderBlock2D", levels);
  std::reverse(way_up.begin(), way_up.end());
  if (way_up != vq.level_attention) {
    config.refuse("up_block_types", "has attention at other levels than down_block_types.");
  }
}

}  // namespace

VqConfig parse_vq_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  config.require("_class_name", {"VQModel"});
  config.refuse_quantised();
  config.require("act_fn", {"silu", "swish"});
  config.require("norm_type", {"group"});
  VqConfig vq;
  vq.in_channels = config.integer("in_channels", 3, 1, kMostChannels);
  vq.out_channels = config.integer("out_channels", 3, 1, kMostChannels);
  vq.latent_channels = config.integer("latent_channels", 3, 1, kMostChannels);
  vq.layers_per_block = config.integer("layers_per_block", 1, 1, kMostLayers);
  vq.mid_attention = config.boolean("mid_block_add_attention", true);
  vq.codes = config.integer("num_vq_embeddings", 256, 1, kMostCodes);
  vq.code_width = config.integer("vq_embed_dim", vq.latent_channels, 1, kMostChannels);
  vq.scaling_factor = config.number("scaling_factor", 0.18215, 1e-6, 1e6);
  read_levels(config, vq);
  return vq;
}

VqConfig infer_vq_config(const TensorShapes& tensors, const std::string& file) {
  const ShapeReader shapes(tensors, file);
  VqConfig vq;
  vq.block_out_channels.clear();
  vq.level_attention.clear();
  vq.in_channels = shapes.side("encoder.conv_in.weight", 4, 1, kMostChannels);
  vq.out_channels = shapes.side("decoder.conv_out.weight", 4, 0, kMostChannels);
  vq.latent_channels = shapes.side("decoder.conv_in.weight", 4, 1, kMostChannels);
  const int levels = shapes.count("encoder.down_blocks.", ".resnets.0.conv1.weight", kMostLevels);
  for (int i = 0; i < levels; ++i) {
    const std::string level = concat("encoder.down_blocks.", i);
    const std::string first = level + ".resnets.0.conv1.weight";
    const int channels = shapes.side(first, 4, 0, kWidest);
    if (channels % kOriginalGroups != 0) {
      shapes.refuse(first, concat("has ", channels, " channels, no multiple of ", kOriginalGroups, "."));
    }
    vq.block_out_channels.push_back(channels);
    vq.level_attention.push_back(shapes.has(level + ".attentions.0.group_norm.weight"));
  }
  vq.layers_per_block = shapes.count("encoder.down_blocks.0.resnets.", ".conv1.weight", kMostLayers);
  vq.mid_attention = shapes.has("encoder.mid_block.attentions.0.group_norm.weight");
  vq.codes = shapes.side("quantize.embedding.weight", 2, 0, kMostCodes);
  vq.code_width = shapes.side("quantize.embedding.weight", 2, 1, kMostChannels);
  vq.scaling_factor = 1.0;
  return vq;
}

}  // namespace tstitch
