#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// A ResNet with group norm and standardised weights (BiT, Kolesnikov et al. 2020), as far as DPT-hybrid has one.
struct BitConfig {
  int embedding_size = 64;
  std::vector<int> hidden_sizes{256, 512, 1024};  ///< channels of each stage
  std::vector<int> depths{3, 4, 9};               ///< blocks of each stage
  int norm_groups = 32;
};

/// transformers' config.json of a DPTForDepthEstimation with `is_hybrid`. Defaults are those of Intel/dpt-hybrid-midas.
struct DptConfig {
  BitConfig backbone;
  int hidden_size = 768;
  int layers = 12;
  int heads = 12;
  int intermediate_size = 3072;
  double layer_norm_eps = 1e-12;
  int image_size = 384;  ///< the only side that pictures may have; a multiple of twice the patch
  int patch_size = 16;
  std::array<int, 2> taps{8, 11};  ///< layers whose states are decoded, beside the backbone's first two stages
  std::array<int, 4> neck_sizes{256, 512, 768, 768};
  int fusion_size = 256;
};

/// transformers' config.json of a DepthAnythingForDepthEstimation of relative depth. Defaults are those of
/// depth-anything/Depth-Anything-V2-Small-hf.
struct DepthAnythingConfig {
  int hidden_size = 384;
  int layers = 12;
  int heads = 6;
  int mlp_ratio = 4;
  double layer_norm_eps = 1e-6;
  int image_size = 518;  ///< the side that the positions were trained on
  int patch_size = 14;
  std::array<int, 4> taps{3, 6, 9, 12};  ///< numbers of layers, counted from 1, whose states are decoded
  std::array<int, 4> neck_sizes{48, 96, 192, 384};
  int fusion_size = 64;
  int head_hidden_size = 32;
};

enum class PictureFilter { Bilinear, Bicubic };

/// preprocessor_config.json of a DPTImageProcessor: what a picture goes through before its depth is estimated.
struct DepthProcessorConfig {
  int height = 384;
  int width = 384;
  bool keep_aspect_ratio = false;  ///< scale as little as possible so that one of both sides is met
  int multiple_of = 1;             ///< of both sides
  PictureFilter filter = PictureFilter::Bicubic;
  std::array<double, 3> mean{0.5, 0.5, 0.5};
  std::array<double, 3> deviation{0.5, 0.5, 0.5};
};

/// Throw BadInput naming the file and the key, as the parsers of model_config.h.
DptConfig parse_dpt_config(std::string_view json, const std::string& file);
DepthAnythingConfig parse_depth_anything_config(std::string_view json, const std::string& file);
DepthProcessorConfig parse_depth_processor_config(std::string_view json, const std::string& file);

}  // namespace tstitch
