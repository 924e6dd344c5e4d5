#include "core/nn/linear.h"

#include <array>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/linear.h>

#include "core/nn/pieces.h"

namespace tstitch {
namespace detail {

LowRankTerms::LowRankTerms(const WeightScope& at, at::ScalarType type) : terms_(at.low_rank("weight")) {
  for (LowRankTerm& term : terms_) term = {term.down.to(type), term.up.to(type)};
}

at::Tensor LowRankTerms::linear(const at::Tensor& y, const at::Tensor& x) const {
  at::Tensor sum = y;
  for (const LowRankTerm& term : terms_) {
    // A 1x1 convolution between tokens keeps the sides of its kernel.
    sum = sum + at::linear(at::linear(x, term.down.flatten(1)), term.up);
  }
  return sum;
}

at::Tensor LowRankTerms::convolution(const at::Tensor& y, const at::Tensor& x, ConvolutionStride shape) const {
  const std::array<std::int64_t, 2> stride{shape.stride, shape.stride};
  const std::array<std::int64_t, 2> padding = shape.paddings();
  at::Tensor sum = y;
  for (const LowRankTerm& term : terms_) {
    const at::Tensor small = at::conv2d(x, term.down, {}, stride, padding);
    sum = sum + at::conv2d(small, term.up.unsqueeze(-1).unsqueeze(-1));
  }
  return sum;
}

}  // namespace detail

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
    : weight_(std::move(weight)),
      bias_(std::move(bias)),
      terms_(at, detail::is_panel_weight(weight_) ? at::kFloat : weight_.scalar_type()) {}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  const auto row_work = static_cast<double>(weight_.numel());
  return detail::by_rows(x, row_work, [this](const at::Tensor& rows) { return product(rows); });
}

at::Tensor Linear::product(const at::Tensor& x) const {
  const at::Tensor y = detail::is_prepacked_linear(weight_) ? detail::prepacked_linear(x, weight_, bias_)
                                                            : at::linear(x, weight_, bias_);
  return terms_.linear(y, x);
}

}  // namespace tstitch
