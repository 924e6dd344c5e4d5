#pragma once

#include <string>
#include <string_view>

#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// The class-conditional diffusion transformer (Peebles and Xie 2023). Defaults are DiT-XL/2's at 256 pixels.
struct DitConfig {
  int in_channels = 4;
  int out_channels = 8;  ///< twice in_channels where the network also predicts its variance
  int sample_size = 32;  ///< side of the latents it was trained on
  int patch_size = 2;
  int layers = 28;
  int heads = 16;
  int head_width = 72;
  int classes = 1000;  ///< label `classes` is the null class: the table has one row more
  double feed_forward_norm_eps = 1e-6;
  /// Of the time's sinusoids: 0 in the original; diffusers' class divides by one frequency less and has 1.
  double freq_shift = 0.0;
  bool attention_bias = true;
  bool upcast_attention = false;

  [[nodiscard]] int width() const { return heads * head_width; }
  [[nodiscard]] int null_class() const { return classes; }
  [[nodiscard]] bool learns_variance() const { return out_channels == 2 * in_channels; }
};

/// diffusers' config.json of a DiTTransformer2DModel, or of a Transformer2DModel whose norm_type is ada_norm_zero (as
/// published). Throws BadInput naming the file and the key, as the parsers of model_config.h.
DitConfig parse_dit_config(std::string_view json, const std::string& file);

/// True for the tensor names of the original layout (`x_embedder.proj.weight`, `blocks.0.attn.qkv.weight`, ...).
bool is_original_dit(const TensorShapes& shapes);

/// The config of an original checkpoint, which carries none, from its shapes under our names (original_names.h): heads
/// are 64 wide, those of width 1152 (XL) 72. Without positions it is taken for one of latents of side 32. Throws
/// BadInput naming the file and the tensor that is missing or of an impossible shape.
DitConfig infer_dit_config(const TensorShapes& shapes, const std::string& file);

}  // namespace tstitch
