#include "core/nn/linear.h"

#include <utility>

#include <ATen/ops/linear.h>

#include "core/nn/prepacking.h"

namespace tstitch {
namespace {

at::Tensor in_precision(const at::Tensor& tensor, LayerPrecision precision) {
  return precision == LayerPrecision::Full ? tensor.to(at::kFloat) : tensor;
}

std::optional<at::Tensor> take_bias(const WeightScope& at, std::int64_t out, Bias bias, LayerPrecision precision) {
  if (bias == Bias::None) return std::nullopt;
  return in_precision(at.take("bias", {out}), precision);
}

}  // namespace

Linear::Linear(const WeightScope& at, std::int64_t in, std::int64_t out, Bias bias, LayerPrecision precision)
    : Linear(in_precision(at.take("weight", {out, in}), precision), take_bias(at, out, bias, precision), at.options()) {
}

Linear Linear::from_pointwise_convolution(const WeightScope& at, std::int64_t in, std::int64_t out) {
  return {at.take("weight", {out, in, 1, 1}).view({out, in}), at.take("bias", {out}), at.options()};
}

Linear::Linear(at::Tensor weight, std::optional<at::Tensor> bias, const BuildOptions& options)
    : weight_(std::move(weight)), bias_(std::move(bias)), prepacked_(detail::may_prepack(weight_, options)) {
  if (prepacked_) weight_ = detail::prepack_linear(weight_);
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  if (prepacked_) return detail::prepacked_linear(x, weight_, bias_);
  return at::linear(x, weight_, bias_);
}

}  // namespace tstitch
