#include "core/denoise/extra_conditions.h"

#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/tensor.h>

#include "core/base/check.h"

namespace tstitch {

at::Tensor time_ids(const MicroConditioning& micro, Extent picture) {
  const Extent original = micro.original.value_or(picture);
  const Extent target = micro.target.value_or(picture);
  const std::vector<int> ids{original.height, original.width, micro.crop.top,
                             micro.crop.left, target.height,  target.width};
  return at::tensor(ids, at::kFloat).unsqueeze(0);
}

at::Tensor refiner_time_ids(const MicroConditioning& micro, Extent picture, double aesthetic_score) {
  const Extent original = micro.original.value_or(picture);
  const std::vector<double> ids{double(original.height), double(original.width), double(micro.crop.top),
                                double(micro.crop.left), aesthetic_score};
  return at::tensor(ids, at::kFloat).unsqueeze(0);
}

at::Tensor guidance_embedding(double guidance, std::int64_t width) {
  TSTITCH_CHECK(width >= 4, width);
  const std::int64_t half = width / 2;
  const double decay = std::log(10000.0) / static_cast<double>(half - 1);
  const at::Tensor frequencies = (at::arange(half, at::kFloat) * -decay).exp();
  const at::Tensor angles = frequencies * static_cast<float>(1000.0 * (guidance - 1.0));
  const at::Tensor sinusoids = at::cat({angles.sin(), angles.cos()});
  return at::constant_pad_nd(sinusoids, {0, width - 2 * half}).unsqueeze(0);
}

}  // namespace tstitch
