#pragma once

#include <cstdint>
#include <string>

#include "core/base/text.h"
#include "core/formats/tensor_shapes.h"

namespace tstitch::test {

inline void add_convolution(TensorShapes& tensors, const std::string& name, std::int64_t in, std::int64_t out,
                            std::int64_t kernel) {
  tensors[name + ".weight"] = {out, in, kernel, kernel};
  tensors[name + ".bias"] = {out};
}

/// What the published files of T2I-Adapters hold in their authors' layout, by the structure of the networks: eight
/// resnets numbered through. `values`: of a place; 64 or 192 for SD 1 (grey or in colour), 256 or 768 for SDXL.
inline TensorShapes original_adapter(std::int64_t values) {
  TensorShapes tensors;
  add_convolution(tensors, "conv_in", values, 320, 3);
  std::int64_t width = 320;
  for (int i = 0; i < 8; ++i) {
    const std::string resnet = concat("body.", i, ".");
    const std::int64_t out = i < 2 ? 320 : i < 4 ? 640 : 1280;
    if (out != width) add_convolution(tensors, resnet + "in_conv", width, out, 1);
    add_convolution(tensors, resnet + "block1", out, out, 3);
    add_convolution(tensors, resnet + "block2", out, out, 1);
    width = out;
  }
  return tensors;
}

/// Likewise of the light one, for colours: four blocks of four resnets, a quarter as wide inside.
inline TensorShapes original_light_adapter() {
  TensorShapes tensors;
  std::int64_t width = 192;
  for (int i = 0; i < 4; ++i) {
    const std::string block = concat("body.", i, ".");
    const std::int64_t out = i == 0 ? 320 : i == 1 ? 640 : 1280;
    add_convolution(tensors, block + "in_conv", width, out / 4, 1);
    for (int j = 0; j < 4; ++j) {
      add_convolution(tensors, concat(block, "body.", j, ".block1"), out / 4, out / 4, 3);
      add_convolution(tensors, concat(block, "body.", j, ".block2"), out / 4, out / 4, 3);
    }
    add_convolution(tensors, block + "out_conv", out / 4, out, 1);
    width = out;
  }
  return tensors;
}

}  // namespace tstitch::test
