#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/image.h"

namespace tstitch {

/// A decoded picture, [1, 3, H, W] (or [3, H, W]) with values around -1..1, as 8-bit RGB: x / 2 + 0.5, clamped, times
/// 255, rounded half to even, which is what diffusers writes.
Image to_image(const at::Tensor& picture);

/// The same in two steps: the levels, [H, W, 3] bytes where the picture lies, so that a fourth of it crosses to the
/// CPU, and the image of those on the CPU.
at::Tensor to_levels(const at::Tensor& picture);
Image image_of(const at::Tensor& levels);

/// The other way: [1, 3, H, W] fp32 on the CPU, value / 127.5 - 1.
at::Tensor to_tensor(const Image& image);

/// As control networks see a picture: [1, 3, H, W] fp32 on the CPU, value / 255.
at::Tensor unit_tensor(const Image& image);

/// The same in grey, [1, 1, H, W]: ITU-R 601's luma in whole levels, as Pillow's mode L has it.
at::Tensor grey_tensor(const Image& image);

}  // namespace tstitch
