#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// An autoencoder with a codebook (Esser et al. 2021), the first stage of latent diffusion.
struct VqConfig {
  int in_channels = 3;
  int out_channels = 3;
  int latent_channels = 4;  ///< of the halves
  std::vector<int> block_out_channels{64};
  std::vector<bool> level_attention{false};  ///< per level, outermost first
  int layers_per_block = 1;
  int norm_groups = 32;
  bool mid_attention = true;
  int codes = 256;
  int code_width = 4;  ///< channels of the latent that is quantised
  double scaling_factor = 0.18215;
  [[nodiscard]] int factor() const { return 1 << (block_out_channels.size() - 1); }
};

/// diffusers' config.json of a VQModel. Throws BadInput naming the file and the key, as the parsers of model_config.h.
VqConfig parse_vq_config(std::string_view json, const std::string& file);

/// The config of latent diffusion's first stage, which carries none, from its shapes under our names
/// (original_names.h): 32 groups, scale 1, attention where the names have it. Throws BadInput naming the file and the
/// tensor that is missing or of an impossible shape.
VqConfig infer_vq_config(const TensorShapes& shapes, const std::string& file);

}  // namespace tstitch
