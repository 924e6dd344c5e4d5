#include "core/nn/linear.h"

#include <utility>

#include <ATen/ops/linear.h>

#include "core/nn/pieces.h"
#include "core/nn/prepacking.h"

namespace tstitch {
namespace {

at::Tensor in_precision(const at::Tensor& tensor, LayerPrecision precision) {
  return precision == LayerPrecision::Full ? tensor.to(at::kFloat) : tensor;
}

/// As the fast path takes it.
at::Tensor laid_out(const at::Tensor& weight, const BuildOptions& options) {
  return detail::may_prepack(weight, options) ? detail::prepack_linear(weight) : weight;
}

std::optional<at::Tensor> take_bias(const WeightScope& at, std::int64_t out, Bias bias, LayerPrecision precision) {
  if (bias == Bias::None) return std::nullopt;
  return in_precision(at.take("bias", {out}), precision);
}

}  // namespace

Linear::Linear(const WeightScope& at, std::int64_t in, std::int64_t out, Bias bias, LayerPrecision precision)
    : Linear(at,
             at.take("weight", {out, in},
                     [&](const at::Tensor& weight) { return laid_out(in_precision(weight, precision), at.options()); }),
             take_bias(at, out, bias, precision)) {}

Linear Linear::from_pointwise_convolution(const WeightScope& at, std::int64_t in, std::int64_t out) {
  return {at,
          at.take("weight", {out, in, 1, 1},
                  [&](const at::Tensor& weight) {
                    return laid_out(weight.view({out, in}), at.options());
                  }),
          at.take("bias", {out})};
}

Linear::Linear(const WeightScope& at, at::Tensor weight, std::optional<at::Tensor> bias)
    : weight_(std::move(weight)), bias_(std::move(bias)), terms_(at, weight_.scalar_type()) {}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  const auto row_work = static_cast<double>(weight_.size(0)) * static_cast<double>(weight_.size(1));
  return detail::by_rows(x, row_work, [this](const at::Tensor& rows) { return product(rows); });
}

at::Tensor Linear::product(const at::Tensor& x) const {
  const at::Tensor y =
      weight_.is_mkldnn() ? detail::prepacked_linear(x, weight_, bias_) : at::linear(x, weight_, bias_);
  return terms_.linear(y, x);
}

}  // namespace tstitch
