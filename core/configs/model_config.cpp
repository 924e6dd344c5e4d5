#include "core/configs/model_config.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/config_reader.h"

namespace tstitch {
namespace {

using nlohmann::json;

constexpr int kWidest = 16'384;
constexpr int kMostChannels = 1024;
constexpr std::size_t kMostLevels = 8;

/// Every entry of the list is that one block type, and there is one for each level.
void require_blocks(const ConfigReader& config, std::string_view key, const std::string& type, std::size_t levels) {
  const auto types = config.texts(key, std::vector<std::string>(levels, type));
  for (const std::string& each : types) {
    if (each != type) config.refuse(key, concat("names the block type ", each, "; only ", type, " is supported."));
  }
  if (types.size() != levels) {
    config.refuse(key, concat("lists ", types.size(), " blocks for ", levels, " block_out_channels."));
  }
}

/// A whole CLIP's config holds that of its text part.
std::string text_part_of(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  const json& part = config.value("text_config");
  if (config.text("model_type") != "clip" || !part.is_object()) return std::string(text);
  json own = part;
  own["model_type"] = "clip_text_model";
  if (config.has("architectures") && config.value("architectures") != json::array({"CLIPModel"})) {
    own["architectures"] = config.value("architectures");
  }
  return own.dump();
}

void require_levels(const ConfigReader& config, std::string_view key, std::size_t found, std::size_t expected) {
  if (found != expected) config.refuse(key, concat("lists ", found, " levels, ", expected, " were expected."));
}

}  // namespace

VaeConfig parse_vae_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  config.require("_class_name", {"AutoencoderKL"});
  config.refuse_quantised();
  config.require("act_fn", {"silu", "swish"});
  config.require("latents_mean", {});
  config.require("latents_std", {});
  VaeConfig vae;
  vae.in_channels = config.integer("in_channels", 3, 1, kMostChannels);
  vae.out_channels = config.integer("out_channels", 3, 1, kMostChannels);
  vae.latent_channels = config.integer("latent_channels", 4, 1, kMostChannels);
  vae.block_out_channels = config.integers("block_out_channels", {64}, 1, kWidest);
  if (vae.block_out_channels.size() > kMostLevels) {
    config.refuse("block_out_channels", concat("lists more than ", kMostLevels, " levels."));
  }
  require_blocks(config, "down_block_types", "DownEncoderBlock2D", vae.block_out_channels.size());
  require_blocks(config, "up_block_types", "UpDecoderBlock2D", vae.block_out_channels.size());
  vae.layers_per_block = config.integer("layers_per_block", 1, 1, 16);
  vae.norm_groups = config.integer("norm_num_groups", 32, 1, kWidest);
  for (const int channels : vae.block_out_channels) {
    if (channels % vae.norm_groups == 0) continue;
    config.refuse("block_out_channels",
                  concat("has ", channels, ", which is no multiple of norm_num_groups ", vae.norm_groups, "."));
  }
  vae.mid_attention = config.boolean("mid_block_add_attention", true);
  vae.quant_conv = config.boolean("use_quant_conv", true);
  vae.post_quant_conv = config.boolean("use_post_quant_conv", true);
  vae.scaling_factor = config.number("scaling_factor", 0.18215, 1e-6, 1e6);
  vae.shift_factor = config.number("shift_factor", 0.0, -1e6, 1e6);
  vae.force_upcast = config.boolean("force_upcast", true);
  return vae;
}

TinyVaeConfig parse_tiny_vae_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  config.require("_class_name", {"AutoencoderTiny"});
  config.refuse_quantised();
  config.require("act_fn", {"relu"});
  config.require("upsample_fn", {"nearest"});
  TinyVaeConfig vae;
  vae.in_channels = config.integer("in_channels", 3, 1, kMostChannels);
  vae.out_channels = config.integer("out_channels", 3, 1, kMostChannels);
  vae.latent_channels = config.integer("latent_channels", 4, 1, kMostChannels);
  vae.encoder_channels = config.integers("encoder_block_out_channels", vae.encoder_channels, 1, kWidest);
  vae.decoder_channels = config.integers("decoder_block_out_channels", vae.decoder_channels, 1, kWidest);
  vae.encoder_blocks = config.integers("num_encoder_blocks", vae.encoder_blocks, 1, 64);
  vae.decoder_blocks = config.integers("num_decoder_blocks", vae.decoder_blocks, 1, 64);
  const std::size_t levels = vae.encoder_channels.size();
  if (levels > kMostLevels)
    config.refuse("encoder_block_out_channels", concat("lists more than ", kMostLevels, " levels."));
  require_levels(config, "decoder_block_out_channels", vae.decoder_channels.size(), levels);
  require_levels(config, "num_encoder_blocks", vae.encoder_blocks.size(), levels);
  require_levels(config, "num_decoder_blocks", vae.decoder_blocks.size(), levels);
  vae.upsampling_scaling_factor = config.integer("upsampling_scaling_factor", 2, 1, 8);
  vae.latent_magnitude = config.number("latent_magnitude", 3.0, 1e-6, 1e6);
  vae.latent_shift = config.number("latent_shift", 0.5, -1e6, 1e6);
  vae.scaling_factor = config.number("scaling_factor", 1.0, 1e-6, 1e6);
  config.require("shift_factor", {0.0});
  return vae;
}

ClipTextConfig parse_clip_text_config(std::string_view text, const std::string& file) {
  constexpr std::array kActivations{ConfigName<TextActivation>{"quick_gelu", TextActivation::QuickGelu},
                                    ConfigName<TextActivation>{"gelu", TextActivation::Gelu}};
  constexpr std::array kClasses{ConfigName<bool>{"CLIPTextModel", false},
                                ConfigName<bool>{"CLIPTextModelWithProjection", true}};
  const ConfigReader config(text_part_of(text, file), file);
  config.refuse_quantised();
  ClipTextConfig clip;
  const auto classes = config.texts("architectures", {"CLIPTextModel"});
  const auto* const row =
      std::find_if(kClasses.begin(), kClasses.end(), [&](const auto& each) { return each.name == classes.front(); });
  if (row == kClasses.end())
    config.refuse("architectures", concat("names ", classes.front(), "; a CLIP text model was expected."));
  clip.with_projection = row->value;
  config.require("model_type", {"clip_text_model"});
  clip.vocab_size = config.integer("vocab_size", 49408, 1, 1 << 20);
  clip.hidden_size = config.integer("hidden_size", 512, 1, kWidest);
  clip.intermediate_size = config.integer("intermediate_size", 2048, 1, 4 * kWidest);
  clip.layers = config.integer("num_hidden_layers", 12, 1, 256);
  clip.heads = config.integer("num_attention_heads", 8, 1, kWidest);
  clip.max_positions = config.integer("max_position_embeddings", 77, 2, 1 << 16);
  clip.projection_dim = config.integer("projection_dim", 512, 1, kWidest);
  clip.activation = config.choice<TextActivation>("hidden_act", kActivations).value_or(TextActivation::QuickGelu);
  clip.layer_norm_eps = config.number("layer_norm_eps", 1e-5, 1e-12, 1.0);
  constexpr int kWrongEnd = 2, kUsualEnd = 49'407;
  if (config.has("eos_token_id") || !config.mentions("eos_token_id")) {
    clip.eos_token_id = config.integer("eos_token_id", kUsualEnd, 0, 1 << 20);
  }
  if (clip.eos_token_id == kWrongEnd) clip.eos_token_id.reset();
  if (clip.hidden_size % clip.heads != 0) {
    config.refuse("num_attention_heads",
                  concat("is ", clip.heads, ", which does not divide hidden_size ", clip.hidden_size, "."));
  }
  return clip;
}

std::string class_name_of(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  if (const auto name = config.text("_class_name")) return *name;
  const auto classes = config.texts("architectures", {});
  if (!classes.empty()) return classes.front();
  throw BadInput("says neither _class_name nor architectures.", file);
}

}  // namespace tstitch
