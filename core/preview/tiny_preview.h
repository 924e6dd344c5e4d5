#pragma once

#include <cstdint>
#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/base/image.h"
#include "core/networks/tiny_autoencoder.h"

namespace tstitch {

/// Longest side of a preview that a decoder makes.
constexpr std::int64_t kPreviewSide = 512;

/// A decoded picture [1, 3, H, W] in -1..1 as an image whose longest side is at most `longest`; reduced with
/// antialiasing, never enlarged.
Image to_preview_image(const at::Tensor& picture, std::int64_t longest = kPreviewSide);
/// Its levels (to_levels), where the picture lies.
at::Tensor preview_levels(const at::Tensor& picture, std::int64_t longest = kPreviewSide);

/// `denoised` [1, C, h, w], scaled as the sampler has it, through the tiny decoder.
Image tiny_preview(const TinyDecoder& decoder, const at::Tensor& denoised, const std::stop_token& stop);

}  // namespace tstitch
