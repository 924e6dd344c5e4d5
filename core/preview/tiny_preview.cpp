#include "core/preview/tiny_preview.h"

#include <algorithm>
#include <array>

#include <ATen/ops/_upsample_bilinear2d_aa.h>

#include "core/networks/tensor_image.h"

namespace tstitch {

at::Tensor preview_levels(const at::Tensor& picture, std::int64_t longest) {
  const std::int64_t height = picture.size(2);
  const std::int64_t width = picture.size(3);
  const std::int64_t side = std::max(height, width);
  if (side <= longest) return to_levels(picture);
  const std::array<std::int64_t, 2> size{std::max<std::int64_t>(1, height * longest / side),
                                         std::max<std::int64_t>(1, width * longest / side)};
  return to_levels(at::_upsample_bilinear2d_aa(picture.to(at::kFloat), size, /*align_corners=*/false));
}

Image to_preview_image(const at::Tensor& picture, std::int64_t longest) {
  return image_of(preview_levels(picture, longest).to(at::kCPU));
}

Image tiny_preview(const TinyDecoder& decoder, const at::Tensor& denoised, const std::stop_token& stop) {
  return to_preview_image(decoder(denoised, stop));
}

}  // namespace tstitch
