#include "core/nn/embedding.h"

#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>

#include "core/base/check.h"

namespace tstitch {

Embedding::Embedding(const WeightScope& at, std::int64_t rows, std::int64_t width)
    : weight_(at.take("weight", {rows, width})) {}

at::Tensor Embedding::operator()(const at::Tensor& ids) const {
  return at::embedding(weight_, ids);
}

at::Tensor Embedding::first(std::int64_t count) const {
  TSTITCH_CHECK(count <= weight_.size(0), count, " of ", weight_.size(0), " rows");
  return weight_.narrow(0, 0, count);
}

at::Tensor sinusoidal_embedding(const at::Tensor& values, std::int64_t width, SinusoidOrder order, double freq_shift) {
  TSTITCH_CHECK(values.dim() == 1 && width % 2 == 0, "width ", width);
  const std::int64_t half = width / 2;
  const at::Tensor k = at::arange(half, at::TensorOptions().dtype(at::kFloat).device(values.device()));
  const at::Tensor frequencies = (k * -std::log(10000.0) / (static_cast<double>(half) - freq_shift)).exp();
  const at::Tensor angles = values.to(at::kFloat).unsqueeze(1) * frequencies;
  if (order == SinusoidOrder::CosFirst) return at::cat({angles.cos(), angles.sin()}, 1);
  return at::cat({angles.sin(), angles.cos()}, 1);
}

}  // namespace tstitch
