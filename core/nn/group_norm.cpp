#include "core/nn/group_norm.h"

#include <ATen/ops/group_norm.h>

namespace tstitch {

GroupNorm::GroupNorm(const WeightScope& at, std::int64_t groups, std::int64_t channels, double eps)
    : weight_(at.take("weight", {channels})), bias_(at.take("bias", {channels})), groups_(groups), eps_(eps) {}

at::Tensor GroupNorm::operator()(const at::Tensor& x) const {
  return at::group_norm(x, groups_, weight_, bias_, eps_);
}

}  // namespace tstitch
