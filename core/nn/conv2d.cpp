#include "core/nn/conv2d.h"

#include <array>

#include <ATen/ops/conv2d.h>

namespace tstitch {

Conv2d::Conv2d(const WeightScope& at, const Conv2dShape& shape)
    : weight_(at.take("weight", {shape.out, shape.in, shape.kernel, shape.kernel},
                      [&](const at::Tensor& weight) {
                        if (!detail::may_prepack(weight, at.options())) return weight;
                        return detail::prepack_convolution(weight, {shape.stride, shape.padding});
                      })),
      shape_{shape.stride, shape.padding},
      terms_(at, weight_.scalar_type()) {
  if (shape.bias == Bias::Learned) bias_ = at.take("bias", {shape.out});
}

at::Tensor Conv2d::operator()(const at::Tensor& x) const {
  const std::array<std::int64_t, 2> stride{shape_.stride, shape_.stride};
  const std::array<std::int64_t, 2> padding{shape_.padding, shape_.padding};
  const at::Tensor y = weight_.is_mkldnn() ? detail::prepacked_convolution(x, weight_, bias_, shape_)
                                           : at::conv2d(x, weight_, bias_, stride, padding);
  return terms_.convolution(y, x, shape_);
}

}  // namespace tstitch
