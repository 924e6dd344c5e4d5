#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/formats/tensor_map.h"
#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// How a T2I-Adapter's body is built: as published for SD 1 and 2, for SDXL, and the light one for colours.
enum class AdapterKind { Full, FullXl, Light };

/// One block of a body; it makes one feature.
struct AdapterBlock {
  int in = 0;
  int out = 0;
  bool halves = false;  ///< its input's sides, rounded up
  int stride = 0;       ///< pixels of the picture, along a side, for each place of its feature
};

/// diffusers' T2IAdapter (Mou et al. 2023). Defaults are those of the class.
struct AdapterConfig {
  AdapterKind kind = AdapterKind::Full;
  int picture_channels = 3;  ///< 1: it sees the picture in grey
  std::vector<int> channels{320, 640, 1280, 1280};
  int resnets = 2;    ///< of each block
  int unshuffle = 8;  ///< a square of that many pixels a side becomes one place with all of their values

  /// Of one place before the first layer.
  [[nodiscard]] int unshuffled_channels() const { return picture_channels * unshuffle * unshuffle; }
  [[nodiscard]] std::vector<AdapterBlock> blocks() const;
};

/// diffusers' config.json of a T2IAdapter. Throws BadInput naming the file and the key, as the parsers of
/// model_config.h.
AdapterConfig parse_adapter_config(std::string_view json, const std::string& file);

/// True for the tensor names of an adapter in diffusers' layout, and in its authors' (`body.0.block1.weight`; the light
/// one's `body.0.body.0.block1.weight`).
bool is_adapter(const TensorShapes& tensors);
bool is_original_adapter(const TensorShapes& tensors);

/// From the authors' names to diffusers'.
TensorMap map_original_adapter(const TensorShapes& tensors);

/// The config of an adapter without one, from its shapes under diffusers' names. What tells SDXL's from SD 1's is how
/// many pixels become one place: 16 a side and more, or less. Throws BadInput naming the file and the tensor that is
/// missing or of an impossible shape.
AdapterConfig infer_adapter_config(const TensorShapes& shapes, const std::string& file);

}  // namespace tstitch
