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

Image to_image(const at::Tensor& picture) {
  const at::Tensor planes = picture.dim() == 4 ? picture.squeeze(0) : picture;
  TSTITCH_CHECK(planes.dim() == 3 && planes.size(0) == 3, "dimensions ", picture.dim());
  const at::Tensor levels = at::round(planes.to(at::kFloat).div(2).add(0.5).clamp(0, 1).mul(255));
  // Made bytes where it lies, so that a fourth of it crosses to the CPU.
  const at::Tensor bytes = levels.permute({1, 2, 0}).to(at::kByte).contiguous().to(at::kCPU);  // [H, W, 3]
  Image image{static_cast<int>(planes.size(2)), static_cast<int>(planes.size(1)), {}};
  const auto* data = bytes.const_data_ptr<std::uint8_t>();
  image.rgb.assign(data, data + bytes.numel());
  return image;
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
