#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/schedule/scheduler_config.h"

namespace tstitch {

/// Types of a U-Net's blocks as config.json spells them.
enum class UnetBlock { Plain, CrossAttention };
enum class UnetMidBlock { None, Plain, CrossAttention };
enum class Addition { None, TextTime };

/// One level of the U-Net, outermost first; for the up path the outermost is last.
struct UnetLevel {
  UnetBlock block = UnetBlock::CrossAttention;
  int channels = 0;
  int layers = 0;  ///< resnets; up levels have layers_per_block + 1
  int heads = 0;   ///< what the file calls `attention_head_dim`; it is the number of heads
  int cross_attention_dim = 0;
  std::vector<int> transformer_layers;  ///< one per attention of the level; 0: none in it
};

/// UNet2DConditionModel's config.json, resolved per level. Options that no supported model uses are refused by name.
struct UnetConfig {
  int in_channels = 4;
  int out_channels = 4;
  std::optional<int> sample_size;
  std::vector<UnetLevel> down;  ///< as listed in down_block_types
  std::vector<UnetLevel> up;    ///< as listed in up_block_types (innermost first)
  UnetMidBlock mid = UnetMidBlock::CrossAttention;
  int mid_heads = 0;
  int mid_transformer_layers = 1;
  int mid_cross_attention_dim = 0;
  int norm_groups = 32;
  double norm_eps = 1e-5;
  int downsample_padding = 1;
  double mid_block_scale_factor = 1.0;
  bool use_linear_projection = false;
  bool upcast_attention = false;
  bool flip_sin_to_cos = true;
  double freq_shift = 0.0;
  int cross_attention_dim = 768;
  std::optional<int> time_cond_proj_dim;  ///< width of the guidance embedding (LCM)
  Addition addition = Addition::None;
  int addition_time_embed_dim = 256;
  int projection_class_embeddings_input_dim = 2816;

  /// Beside the latents it takes a mask and the latents of the masked picture: nine channels where those have four.
  [[nodiscard]] bool inpaints() const { return in_channels == 2 * out_channels + 1; }
  [[nodiscard]] int latent_channels() const { return inpaints() ? out_channels : in_channels; }
};

/// ControlNetModel's config.json: a U-Net's way down with a network for the hint picture.
struct ControlNetConfig {
  UnetConfig encoder;  ///< without `up`
  int hint_channels = 3;
  bool hint_is_bgr = false;  ///< the hint's channels are taken in the order blue, green, red
  std::vector<int> hint_widths{16, 32, 96, 256};
};

/// AutoencoderKL's config.json.
struct VaeConfig {
  int in_channels = 3;
  int out_channels = 3;
  int latent_channels = 4;
  std::vector<int> block_out_channels{64};
  int layers_per_block = 1;
  int norm_groups = 32;
  bool mid_attention = true;
  bool quant_conv = true;
  bool post_quant_conv = true;
  double scaling_factor = 0.18215;
  double shift_factor = 0.0;
  bool force_upcast = true;
  [[nodiscard]] int factor() const { return 1 << (block_out_channels.size() - 1); }
};

/// AutoencoderTiny's config.json (TAESD).
struct TinyVaeConfig {
  int in_channels = 3;
  int out_channels = 3;
  int latent_channels = 4;
  std::vector<int> encoder_channels{64, 64, 64, 64};
  std::vector<int> decoder_channels{64, 64, 64, 64};
  std::vector<int> encoder_blocks{1, 3, 3, 3};
  std::vector<int> decoder_blocks{3, 3, 3, 1};
  int upsampling_scaling_factor = 2;
  double latent_magnitude = 3.0;
  double latent_shift = 0.5;
  double scaling_factor = 1.0;
};

enum class TextActivation { QuickGelu, Gelu };

/// CLIPTextModel's and CLIPTextModelWithProjection's config.json, or the text part of CLIPModel's.
struct ClipTextConfig {
  int vocab_size = 49408;
  int hidden_size = 512;
  int intermediate_size = 2048;
  int layers = 12;
  int heads = 8;
  int max_positions = 77;
  int projection_dim = 512;
  bool with_projection = false;
  TextActivation activation = TextActivation::QuickGelu;
  double layer_norm_eps = 1e-5;
  /// Where the pooled vector is taken: at the first of these; none: at the largest id, which the wrong id 2 of
  /// published files means as well (core/text/README.md).
  std::optional<int> eos_token_id;
};

/// A token that is found in the text as a whole, before the text is cut into words. A normalized one is looked for in
/// the normalised text, so `<|ENDOFTEXT|>` is one too.
struct AddedToken {
  std::string content;
  bool normalized = false;

  friend bool operator==(const AddedToken&, const AddedToken&) = default;
};

/// CLIPTokenizer's tokenizer_config.json and special_tokens_map.json.
struct TokenizerConfig {
  int model_max_length = 77;  ///< 0 where the files do not say: as many as the encoder has positions
  std::string bos = "<|startoftext|>";
  std::string eos = "<|endoftext|>";
  std::string unk = "<|endoftext|>";
  std::string pad = "<|endoftext|>";
  /// Every content once. The four above that are not listed here count as added and not normalized.
  std::vector<AddedToken> added;
};

/// Each parse_ function takes the text of a file and the name to say in messages. Defaults are those of the class in
/// diffusers 0.42 / transformers 5.23. Throws BadInput naming the file and the key for a value that is unknown, of the
/// wrong type, out of range or in contradiction to another; JSON is bounded (1 MiB, depth 64, no duplicate keys).
UnetConfig parse_unet_config(std::string_view json, const std::string& file);
ControlNetConfig parse_control_net_config(std::string_view json, const std::string& file);
VaeConfig parse_vae_config(std::string_view json, const std::string& file);
TinyVaeConfig parse_tiny_vae_config(std::string_view json, const std::string& file);
ClipTextConfig parse_clip_text_config(std::string_view json, const std::string& file);
SchedulerConfig parse_scheduler_config(std::string_view json, const std::string& file);
/// `serialized` are the added tokens of the tokenizer.json beside it. As in transformers: a config that lists its
/// `added_tokens_decoder` is complete; any other is overruled by the map, and its tokens by those of the same content
/// in `serialized`, to which those of an added_tokens.json come. A special token written as plain text is not
/// normalized; of several mentions the last one counts. Further special tokens (`*_token`, `additional_special_tokens`)
/// follow. Texts that are empty stand for files that are not there.
TokenizerConfig parse_tokenizer_config(std::string_view tokenizer_config_json, std::string_view special_tokens_map_json,
                                       const std::string& file, const std::vector<AddedToken>& serialized = {},
                                       std::string_view added_tokens_json = {});

/// `_class_name` of a diffusers config (or `architectures[0]` of a transformers one); throws BadInput when there is
/// none.
std::string class_name_of(std::string_view json, const std::string& file);

}  // namespace tstitch
