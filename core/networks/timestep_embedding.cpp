#include "core/networks/timestep_embedding.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/silu.h>

namespace tstitch {

TimestepEmbedding::TimestepEmbedding(const WeightScope& at, std::int64_t in, std::int64_t width,
                                     std::optional<std::int64_t> condition_width)
    : linear_1_(at / "linear_1", in, width, Bias::Learned, LayerPrecision::Full),
      linear_2_(at / "linear_2", width, width, Bias::Learned, LayerPrecision::Full) {
  if (condition_width) cond_proj_.emplace(at / "cond_proj", *condition_width, in, Bias::None, LayerPrecision::Full);
}

at::Tensor TimestepEmbedding::operator()(const at::Tensor& x, const at::Tensor& condition) const {
  const at::Tensor sum = cond_proj_ && condition.defined() ? x + (*cond_proj_)(condition.to(at::kFloat)) : x;
  return linear_2_(at::silu(linear_1_(sum)));
}

}  // namespace tstitch
