#include "core/networks/depth_decoder.h"

#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include "core/base/stop.h"
#include "core/networks/picture_coder.h"

namespace tstitch {

FusionResidual::FusionResidual(const WeightScope& at, std::int64_t width)
    : convolution1_(at / "convolution1", {.in = width, .out = width}),
      convolution2_(at / "convolution2", {.in = width, .out = width}) {}

at::Tensor FusionResidual::operator()(const at::Tensor& x) const {
  at::Tensor h = convolution1_(at::relu(x));
  return convolution2_(at::relu_(h)) + x;
}

DepthDecoder::DepthDecoder(const WeightScope& at, const Shape& shape)
    : head_in_(at / shape.head_names[0], {.in = shape.width, .out = shape.width / 2}),
      head_middle_(at / shape.head_names[1], {.in = shape.width / 2, .out = shape.head_width}),
      head_out_(at / shape.head_names[2], pointwise(shape.head_width, 1)) {
  const WeightScope neck = at / "neck";
  for (int i = 0; i < static_cast<int>(shape.in.size()); ++i) {
    const std::int64_t channels = shape.in[static_cast<std::size_t>(i)];
    convs_.emplace_back(neck / "convs" / i, Conv2dShape{.in = channels, .out = shape.width, .bias = Bias::None});
    fusions_.push_back(take_fusion(neck / "fusion_stage" / "layers" / i, shape.width, i == 0));
  }
}

DepthDecoder::Fusion DepthDecoder::take_fusion(const WeightScope& at, std::int64_t width, bool coarsest) {
  std::vector<FusionResidual> residual;
  // The files have one at the coarsest resolution too, where there is nothing to merge yet.
  if (coarsest) {
    at.skip("residual_layer1");
  } else {
    residual.emplace_back(at / "residual_layer1", width);
  }
  return {std::move(residual), FusionResidual(at / "residual_layer2", width),
          Conv2d(at / "projection", pointwise(width, width))};
}

at::Tensor DepthDecoder::operator()(const std::array<at::Tensor, 4>& features, std::int64_t rows, std::int64_t columns,
                                    const std::stop_token& stop) const {
  at::Tensor h;
  for (std::size_t i = 0; i < fusions_.size(); ++i) {
    stop_point(stop);
    const std::size_t level = features.size() - 1 - i;
    const at::Tensor feature = convs_[level](features[level]);
    h = h.defined() ? h + fusions_[i].residual.front()(feature) : feature;
    h = fusions_[i].merged(h);
    h = level > 0 ? stretched(h, features[level - 1].size(2), features[level - 1].size(3))
                  : stretched(h, 2 * h.size(2), 2 * h.size(3));
    h = fusions_[i].projection(h);
  }
  stop_point(stop);
  h = head_middle_(stretched(head_in_(h), rows, columns));
  return at::relu(head_out_(at::relu_(h))).squeeze(1).to(at::kFloat).contiguous();
}

at::Tensor stretched(const at::Tensor& x, std::int64_t rows, std::int64_t columns) {
  return at::upsample_bilinear2d(x, std::array<std::int64_t, 2>{rows, columns}, /*align_corners=*/true);
}

}  // namespace tstitch
