#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/image.h"
#include "core/configs/depth_config.h"

namespace tstitch {

/// A picture as a depth network sees it, as transformers' DPTImageProcessor makes it: resized with antialiasing in
/// 8 bits, then (value / 255 - mean) / deviation. [1, 3, H, W] fp32 on the CPU.
at::Tensor depth_input(const Image& picture, const DepthProcessorConfig& config);

/// A depth [1, h, w] as a control map of that size: resized by cubic interpolation, its range stretched over 0..255
/// (rounded down), three equal channels. A depth that is the same everywhere is black.
Image depth_map(const at::Tensor& depth, int width, int height);

}  // namespace tstitch
