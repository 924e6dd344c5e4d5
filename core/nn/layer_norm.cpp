#include "core/nn/layer_norm.h"

#include <array>

#include <ATen/ops/layer_norm.h>

namespace tstitch {

LayerNorm::LayerNorm(const WeightScope& at, std::int64_t width, double eps)
    : weight_(at.take("weight", {width})), bias_(at.take("bias", {width})), eps_(eps) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  const std::array<std::int64_t, 1> width{weight_.size(0)};
  return at::layer_norm(x, width, weight_, bias_, eps_);
}

}  // namespace tstitch
