#include "core/nn/conv2d.h"

#include <array>

#include <ATen/ops/conv2d.h>

namespace tstitch {

Conv2d::Conv2d(const WeightScope& at, const Conv2dShape& shape)
    : weight_(at.take("weight", {shape.out, shape.in, shape.kernel, shape.kernel})),
      shape_{shape.stride, shape.padding},
      prepacked_(detail::may_prepack(weight_, at.options())) {
  if (shape.bias == Bias::Learned) bias_ = at.take("bias", {shape.out});
  if (prepacked_) weight_ = detail::prepack_convolution(weight_, shape_);
}

at::Tensor Conv2d::operator()(const at::Tensor& x) const {
  if (prepacked_) return detail::prepacked_convolution(x, weight_, bias_, shape_);
  const std::array<std::int64_t, 2> stride{shape_.stride, shape_.stride};
  const std::array<std::int64_t, 2> padding{shape_.padding, shape_.padding};
  return at::conv2d(x, weight_, bias_, stride, padding);
}

}  // namespace tstitch
