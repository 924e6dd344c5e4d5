#include "core/networks/tensor_image.h"

#include <cstdint>
#include <cstring>

#include <ATen/ops/empty.h>
#include <ATen/ops/round.h>

#include "core/base/check.h"

namespace tstitch {

namespace {

/// [1, 3, H, W] fp32, values 0..255.
at::Tensor planes_of(const Image& image) {
  const at::Tensor bytes = at::empty({image.height, image.width, 3}, at::kByte);
  TSTITCH_CHECK(image.rgb.size() == static_cast<std::size_t>(bytes.numel()), image.width, "x", image.height);
  std::memcpy(bytes.mutable_data_ptr(), image.rgb.data(), image.rgb.size());
  return bytes.permute({2, 0, 1}).to(at::kFloat).unsqueeze(0);
}

}  // namespace

at::Tensor to_levels(const at::Tensor& picture) {
  const at::Tensor planes = picture.dim() == 4 ? picture.squeeze(0) : picture;
  TSTITCH_CHECK(planes.dim() == 3 && planes.size(0) == 3, "dimensions ", picture.dim());
  const at::Tensor levels = at::round(planes.to(at::kFloat).div(2).add(0.5).clamp(0, 1).mul(255));
  return levels.permute({1, 2, 0}).to(at::kByte).contiguous();
}

Image image_of(const at::Tensor& levels) {
  Image image{static_cast<int>(levels.size(1)), static_cast<int>(levels.size(0)), {}};
  const auto* data = levels.const_data_ptr<std::uint8_t>();
  image.rgb.assign(data, data + levels.numel());
  return image;
}

Image to_image(const at::Tensor& picture) {
  return image_of(to_levels(picture).to(at::kCPU));
}

at::Tensor to_tensor(const Image& image) {
  return planes_of(image).div(127.5).sub(1).contiguous();
}

at::Tensor unit_tensor(const Image& image) {
  return planes_of(image).div(255).contiguous();
}

at::Tensor grey_tensor(const Image& image) {
  constexpr std::uint32_t kRed = 19595, kGreen = 38470, kBlue = 7471, kHalf = 0x8000, kOneBits = 16;
  at::Tensor grey = at::empty({1, 1, image.height, image.width}, at::kFloat);
  TSTITCH_CHECK(image.rgb.size() == static_cast<std::size_t>(3 * grey.numel()), image.width, "x", image.height);
  auto* out = grey.mutable_data_ptr<float>();
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
    const std::uint32_t sum = kRed * image.rgb[i] + kGreen * image.rgb[i + 1] + kBlue * image.rgb[i + 2];
    *out++ = static_cast<float>((sum + kHalf) >> kOneBits);
  }
  return grey.div_(255);
}

}  // namespace tstitch
