#include "core/nn/conv2d.h"

#include <algorithm>
#include <array>

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>

#include "core/nn/pieces.h"

namespace tstitch {

Conv2d::Conv2d(const WeightScope& at, const Conv2dShape& shape)
    : weight_(at.take("weight", {shape.out, shape.in, shape.kernel, shape.kernel},
                      [&](const at::Tensor& weight) {
                        const bool packs = detail::may_prepack(weight, at.options()) &&
                                           detail::has_one_layout(shape.out, shape.kernel);
                        if (!packs) return weight;
                        return detail::prepack_convolution(weight, {shape.stride, shape.padding});
                      })),
      kernel_(shape.kernel),
      place_work_(static_cast<double>(shape.out * shape.in) * static_cast<double>(shape.kernel * shape.kernel)),
      shape_{shape.stride, shape.padding},
      terms_(at, weight_.scalar_type()) {
  if (!weight_.is_mkldnn() && detail::may_prepack(weight_, at.options())) {
    sized_ = std::make_shared<detail::SizedPacking>();
  }
  if (shape.bias == Bias::Learned) bias_ = at.take("bias", {shape.out});
}

at::Tensor Conv2d::operator()(const at::Tensor& x) const {
  const double row_work = place_work_ * static_cast<double>(places(x.size(3)));
  const double sample_work = row_work * static_cast<double>(places(x.size(2)));
  const double most = detail::most_work(x);
  const bool cut = static_cast<double>(x.size(0)) * sample_work > most;
  return detail::by_samples(x, cut, [&](const at::Tensor& one) {
    return cut && sample_work > most ? sample(one, row_work) : convolution(one, shape_);
  });
}

at::Tensor Conv2d::convolution(const at::Tensor& x, detail::ConvolutionStride shape) const {
  const std::array<std::int64_t, 2> stride{shape.stride, shape.stride};
  const at::Tensor weight = sized_ ? sized_->pack(weight_, x, shape) : weight_;
  const at::Tensor y = weight.is_mkldnn() ? detail::prepacked_convolution(x, weight, bias_, shape)
                                          : at::conv2d(x, weight, bias_, stride, shape.paddings());
  return terms_.convolution(y, x, shape);
}

std::int64_t Conv2d::places(std::int64_t side) const {
  return (side + 2 * shape_.padding - kernel_) / shape_.stride + 1;
}

/// One sample in bands of rows.
at::Tensor Conv2d::sample(const at::Tensor& x, double row_work) const {
  const std::int64_t height = places(x.size(2));
  at::Tensor result;
  const auto rows = static_cast<std::int64_t>(detail::most_work(x) / row_work);
  detail::in_pieces(height, rows, [&](std::int64_t first, std::int64_t count) {
    const at::Tensor part = band(x, first, count);
    if (!result.defined()) {
      result = at::empty({1, part.size(1), height, part.size(3)},
                         part.options().memory_format(part.suggest_memory_format()));
    }
    result.narrow(2, first, count).copy_(part);
  });
  return result;
}

/// Rows `first` to `first + rows` of the result, from the rows of `x` that they see.
at::Tensor Conv2d::band(const at::Tensor& x, std::int64_t first, std::int64_t rows) const {
  const std::int64_t begin = first * shape_.stride - shape_.padding;
  const std::int64_t end = (first + rows - 1) * shape_.stride - shape_.padding + kernel_;
  const std::int64_t above = std::max<std::int64_t>(0, -begin);
  const std::int64_t below = std::max<std::int64_t>(0, end - x.size(2));
  at::Tensor seen = x.narrow(2, begin + above, end - below - (begin + above));
  if (above + below > 0) seen = at::constant_pad_nd(seen, std::array<std::int64_t, 4>{0, 0, above, below});
  detail::ConvolutionStride shape = shape_;
  shape.rows_padded = true;
  return convolution(seen, shape);
}

}  // namespace tstitch
