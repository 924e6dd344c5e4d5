#include "core/nn/conv2d.h"

#include <algorithm>
#include <array>
#include <vector>

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/record_function.h>

#include "core/device/device_kernels.h"
#include "core/nn/pieces.h"

namespace tstitch {

namespace {

/// As the layer's kernel takes it.
at::Tensor laid_out(const at::Tensor& weight, const Conv2dShape& shape, const BuildOptions& options) {
  const detail::ConvolutionStride stride{shape.stride, shape.padding};
  if (has_device_kernels(weight)) return weight.contiguous(at::MemoryFormat::ChannelsLast);
  if (!detail::may_prepack(weight, options)) return weight;
  if (shape.kernel == 1 && shape.stride == 1 && shape.padding == 0) return detail::prepack_linear(weight.flatten(1));
  if (detail::may_use_winograd(weight, stride)) return detail::winograd_weight(weight);
  return detail::has_one_layout(shape.out) ? detail::prepack_convolution(weight, stride) : weight;
}

/// 1x1: a linear layer over the channels of each place.
at::Tensor pointwise(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias) {
  RECORD_FUNCTION("tstitch::pointwise_convolution", std::vector<c10::IValue>({x, weight}));
  const at::Tensor places = x.permute({0, 2, 3, 1}).contiguous();
  return detail::prepacked_linear(places, weight, bias).permute({0, 3, 1, 2});
}

}  // namespace

Conv2d::Conv2d(const WeightScope& at, const Conv2dShape& shape)
    : weight_(at.take("weight", {shape.out, shape.in, shape.kernel, shape.kernel},
                      [&](const at::Tensor& weight) { return laid_out(weight, shape, at.options()); })),
      winograd_(detail::is_winograd_weight(weight_)),
      kernel_(shape.kernel),
      place_work_(static_cast<double>(shape.out * shape.in) * static_cast<double>(shape.kernel * shape.kernel)),
      shape_{shape.stride, shape.padding},
      terms_(at, at.options().type) {
  if (weight_.dim() == 4 && !winograd_ && !weight_.is_mkldnn() && detail::may_prepack(weight_, at.options())) {
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
  return terms_.convolution(product(x, shape), x, shape);
}

at::Tensor Conv2d::product(const at::Tensor& x, detail::ConvolutionStride shape) const {
  if (winograd_) return detail::winograd_convolution(x, weight_, bias_, shape);
  if (weight_.dim() < 4) return pointwise(x, weight_, bias_);
  const at::Tensor weight = sized_ ? sized_->pack(weight_, x, shape) : weight_;
  if (weight.is_mkldnn()) return detail::prepacked_convolution(x, weight, bias_, shape);
  return at::conv2d(x, weight, bias_, std::array<std::int64_t, 2>{shape.stride, shape.stride}, shape.paddings());
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
