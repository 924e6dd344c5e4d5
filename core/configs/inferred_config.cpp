#include "core/configs/inferred_config.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/formats/shape_reader.h"

namespace tstitch {
namespace {

constexpr int kWidest = 16'384;
constexpr int kWidestInside = 8 * kWidest;  ///< of feed-forward networks
constexpr int kMostChannels = 1024;
constexpr int kMostLevels = 8;
constexpr int kMostLayers = 16;
constexpr int kMostDepth = 64;
constexpr int kMostTextLayers = 128;
constexpr int kMostTokens = 1 << 20;
constexpr int kHeadWidth = 64;
constexpr int kHeadsOfConvolutions = 8;
constexpr int kGroups = 32;

/// Counts that may be none.
int count_or_none(const ShapeReader& shapes, const std::string& before, const std::string& after, int most) {
  return shapes.has(concat(before, 0, after)) ? shapes.count(before, after, most) : 0;
}

class UnetInference {
 public:
  UnetInference(const ShapeReader& shapes, std::optional<int> head_width) : shapes_(shapes), head_width_(head_width) {}

  UnetConfig infer() {
    infer_encoder();
    unet_.out_channels = shapes_.side("conv_out.weight", 4, 0, kMostChannels);
    unet_.up = levels("up_blocks");
    return unet_;
  }

  /// The way down and the middle.
  UnetConfig infer_encoder() {
    unet_.in_channels = shapes_.side("conv_in.weight", 4, 1, kMostChannels);
    unet_.down = levels("down_blocks");
    infer_middle();
    for (const UnetLevel& level : unet_.down) {
      if (level.cross_attention_dim > 0) unet_.cross_attention_dim = level.cross_attention_dim;
    }
    infer_embeddings();
    require_groups();
    return unet_;
  }

 private:
  void require_groups() const {
    for (const UnetLevel& level : unet_.down) {
      if (level.channels % kGroups == 0) continue;
      shapes_.refuse("conv_in.weight", concat("leads to a level of ", level.channels, " channels, no multiple of the ",
                                              kGroups, " groups that files without a config have."));
    }
  }

  std::vector<UnetLevel> levels(const std::string& way) {
    const int count = shapes_.count(way + ".", ".resnets.0.conv1.weight", kMostLevels);
    std::vector<UnetLevel> result;
    result.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) result.push_back(level(concat(way, ".", i)));
    return result;
  }

  UnetLevel level(const std::string& at) {
    UnetLevel level;
    level.channels = shapes_.side(at + ".resnets.0.conv1.weight", 4, 0, kWidest);
    level.layers = shapes_.count(at + ".resnets.", ".conv1.weight", kMostLayers);
    const int attentions = count_or_none(shapes_, at + ".attentions.", ".norm.weight", kMostLayers);
    level.block = attentions == 0 ? UnetBlock::Plain : UnetBlock::CrossAttention;
    level.heads = 1;
    if (attentions == 0) return level;
    if (attentions != level.layers) {
      shapes_.refuse(at + ".attentions.0.norm.weight",
                     concat("is one of ", attentions, " beside ", level.layers, " resnets; as many were expected."));
    }
    for (int i = 0; i < attentions; ++i) level.transformer_layers.push_back(depth(concat(at, ".attentions.", i)));
    level.heads = heads(at + ".attentions.0", level.channels);
    level.cross_attention_dim = context(at + ".attentions.0");
    return level;
  }

  void infer_middle() {
    if (!shapes_.has("mid_block.resnets.0.conv1.weight")) {
      unet_.mid = UnetMidBlock::None;
    } else if (!shapes_.has("mid_block.attentions.0.norm.weight")) {
      unet_.mid = UnetMidBlock::Plain;
    } else {
      const std::string at = "mid_block.attentions.0";
      unet_.mid = UnetMidBlock::CrossAttention;
      unet_.mid_transformer_layers = depth(at);
      unet_.mid_heads = heads(at, unet_.down.back().channels);
      unet_.mid_cross_attention_dim = context(at);
    }
  }

  void infer_embeddings() {
    const std::string addition = "add_embedding.linear_1.weight";
    const std::string guidance = "time_embedding.cond_proj.weight";
    if (shapes_.has(addition)) {
      unet_.addition = Addition::TextTime;
      unet_.projection_class_embeddings_input_dim = shapes_.side(addition, 2, 1, kWidest);
    }
    if (shapes_.has(guidance)) unet_.time_cond_proj_dim = shapes_.side(guidance, 2, 1, kWidest);
  }

  [[nodiscard]] int depth(const std::string& attention) const {
    return count_or_none(shapes_, attention + ".transformer_blocks.", ".norm1.weight", kMostDepth);
  }
  /// 0 for an attention without transformer layers: it does not read the text.
  [[nodiscard]] int context(const std::string& attention) const {
    if (depth(attention) == 0) return 0;
    return shapes_.side(attention + ".transformer_blocks.0.attn2.to_k.weight", 2, 1, kWidest);
  }

  int heads(const std::string& attention, int channels) {
    const std::string projection = attention + ".proj_in.weight";
    unet_.use_linear_projection = shapes_.rank(projection) == 2;
    if (!head_width_ && !unet_.use_linear_projection) return dividing(projection, channels, kHeadsOfConvolutions);
    const int width = head_width_.value_or(kHeadWidth);
    return channels < width ? 1 : dividing(projection, channels, channels / width);
  }

  [[nodiscard]] int dividing(const std::string& tensor, int channels, int heads) const {
    if (channels % heads != 0)
      shapes_.refuse(tensor, concat("is ", channels, " wide, which ", heads, " heads do not divide."));
    return heads;
  }

  const ShapeReader& shapes_;
  std::optional<int> head_width_;
  UnetConfig unet_;
};

}  // namespace

UnetConfig infer_unet_config(const TensorShapes& tensors, const std::string& file, std::optional<int> head_width) {
  const ShapeReader shapes(tensors, file);
  return UnetInference(shapes, head_width).infer();
}

ControlNetConfig infer_control_net_config(const TensorShapes& tensors, const std::string& file) {
  const ShapeReader shapes(tensors, file);
  const std::string hint = "controlnet_cond_embedding.";
  ControlNetConfig control;
  control.encoder = UnetInference(shapes, {}).infer_encoder();
  control.hint_channels = shapes.side(hint + "conv_in.weight", 4, 1, kMostChannels);
  control.hint_widths = {shapes.side(hint + "conv_in.weight", 4, 0, kWidest)};
  // Every second convolution halves the picture and changes its width.
  const int convolutions = count_or_none(shapes, hint + "blocks.", ".weight", 2 * kMostLevels);
  for (int i = 1; i < convolutions; i += 2) {
    control.hint_widths.push_back(shapes.side(concat(hint, "blocks.", i, ".weight"), 4, 0, kWidest));
  }
  return control;
}

VaeConfig infer_vae_config(const TensorShapes& tensors, const std::string& file) {
  const ShapeReader shapes(tensors, file);
  VaeConfig vae;
  vae.in_channels = shapes.side("encoder.conv_in.weight", 4, 1, kMostChannels);
  vae.out_channels = shapes.side("decoder.conv_out.weight", 4, 0, kMostChannels);
  vae.latent_channels = shapes.side("decoder.conv_in.weight", 4, 1, kMostChannels);
  vae.block_out_channels.clear();
  const int levels = shapes.count("encoder.down_blocks.", ".resnets.0.conv1.weight", kMostLevels);
  for (int i = 0; i < levels; ++i) {
    const std::string first = concat("encoder.down_blocks.", i, ".resnets.0.conv1.weight");
    const int channels = shapes.side(first, 4, 0, kWidest);
    if (channels % kGroups != 0) {
      shapes.refuse(first, concat("has ", channels, " channels, no multiple of the ", kGroups,
                                  " groups that files without a config have."));
    }
    vae.block_out_channels.push_back(channels);
  }
  vae.layers_per_block = shapes.count("encoder.down_blocks.0.resnets.", ".conv1.weight", kMostLayers);
  vae.mid_attention = shapes.has("encoder.mid_block.attentions.0.group_norm.weight");
  vae.quant_conv = shapes.has("quant_conv.weight");
  vae.post_quant_conv = shapes.has("post_quant_conv.weight");
  return vae;
}

TinyVaeConfig infer_tiny_vae_config(const TensorShapes& tensors, const std::string& file) {
  const ShapeReader shapes(tensors, file);
  TinyVaeConfig vae;
  const std::string first = "decoder.layers.0.weight";
  vae.latent_channels = shapes.side(first, 4, 1, kMostChannels);
  const int width = shapes.side(first, 4, 0, kWidest);
  vae.encoder_channels.assign(vae.encoder_channels.size(), width);
  vae.decoder_channels.assign(vae.decoder_channels.size(), width);
  return vae;
}

ClipTextConfig infer_clip_text_config(const TensorShapes& tensors, const std::string& file, TextActivation activation) {
  const ShapeReader shapes(tensors, file);
  const std::string at = shapes.has("text_model.final_layer_norm.weight") ? "text_model." : "";
  ClipTextConfig clip;
  clip.activation = activation;
  clip.vocab_size = shapes.side(at + "embeddings.token_embedding.weight", 2, 0, kMostTokens);
  clip.hidden_size = shapes.side(at + "embeddings.token_embedding.weight", 2, 1, kWidest);
  clip.max_positions = shapes.side(at + "embeddings.position_embedding.weight", 2, 0, kWidest);
  clip.layers = shapes.count(at + "encoder.layers.", ".layer_norm1.weight", kMostTextLayers);
  clip.intermediate_size = shapes.side(at + "encoder.layers.0.mlp.fc1.weight", 2, 0, kWidestInside);
  clip.heads = std::max(1, clip.hidden_size / kHeadWidth);
  if (clip.hidden_size % clip.heads != 0) {
    shapes.refuse(at + "embeddings.token_embedding.weight",
                  concat("is ", clip.hidden_size, " wide, which heads of ", kHeadWidth, " do not divide."));
  }
  clip.with_projection = shapes.has("text_projection.weight");
  if (clip.with_projection) clip.projection_dim = shapes.side("text_projection.weight", 2, 0, kWidest);
  return clip;
}

}  // namespace tstitch
