#include "core/networks/depth_processing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include <ATen/TensorOperators.h>
#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/zeros_like.h>

#include "core/base/check.h"

namespace tstitch {
namespace {

/// [1, 3, H, W] uint8.
at::Tensor byte_planes(const Image& picture) {
  const at::Tensor bytes = at::empty({picture.height, picture.width, 3}, at::kByte);
  TSTITCH_CHECK(picture.rgb.size() == static_cast<std::size_t>(bytes.numel()), picture.width, "x", picture.height);
  std::memcpy(bytes.mutable_data_ptr(), picture.rgb.data(), picture.rgb.size());
  return bytes.permute({2, 0, 1}).unsqueeze(0);
}

/// [height, width] of the prepared picture. Halves round to even, as in the reference.
std::array<std::int64_t, 2> input_size(const Image& picture, const DepthProcessorConfig& config) {
  double down = static_cast<double>(config.height) / picture.height;
  double across = static_cast<double>(config.width) / picture.width;
  if (config.keep_aspect_ratio) {
    const bool fits_width = std::abs(1 - across) < std::abs(1 - down);
    (fits_width ? down : across) = fits_width ? across : down;
  }
  const auto side = [&](double wanted) {
    const auto count = static_cast<std::int64_t>(std::nearbyint(wanted / config.multiple_of));
    return std::max<std::int64_t>(count, 1) * config.multiple_of;
  };
  return {side(down * picture.height), side(across * picture.width)};
}

at::Tensor resized(const at::Tensor& bytes, const std::array<std::int64_t, 2>& size, PictureFilter filter) {
  if (bytes.size(2) == size[0] && bytes.size(3) == size[1]) return bytes;
  if (filter == PictureFilter::Bilinear) return at::_upsample_bilinear2d_aa(bytes, size, /*align_corners=*/false);
  return at::_upsample_bicubic2d_aa(bytes, size, /*align_corners=*/false);
}

at::Tensor per_channel(const std::array<double, 3>& values) {
  return at::tensor(values, at::kFloat).mul(255).view({1, 3, 1, 1});
}

}  // namespace

at::Tensor depth_input(const Image& picture, const DepthProcessorConfig& config) {
  const at::Tensor bytes = resized(byte_planes(picture), input_size(picture, config), config.filter);
  return ((bytes.to(at::kFloat) - per_channel(config.mean)) / per_channel(config.deviation)).contiguous();
}

Image depth_map(const at::Tensor& depth, int width, int height) {
  const at::Tensor full =
      at::upsample_bicubic2d(depth.to(at::kFloat).unsqueeze(1), std::array<std::int64_t, 2>{height, width}, false);
  const auto least = full.min();
  const auto range = full.max() - least;
  const at::Tensor unit = range.item<float>() > 0 ? (full - least) / range : at::zeros_like(full);
  const at::Tensor levels = (unit * 255).clamp(0, 255).to(at::kCPU, at::kByte).view({height, width, 1});
  const at::Tensor bytes = levels.expand({height, width, 3}).contiguous();
  const auto* data = bytes.const_data_ptr<std::uint8_t>();
  return {width, height, {data, data + bytes.numel()}};
}

}  // namespace tstitch
