#include "core/networks/resnet_block.h"

#include <array>

#include <ATen/ops/upsample_nearest2d.h>

namespace tstitch {

ResnetBlock::ResnetBlock(const WeightScope& at, const ResnetShape& shape)
    : norm1_(at / "norm1", shape.norm_groups, shape.in, shape.eps),
      conv1_(at / "conv1", {.in = shape.in, .out = shape.out}),
      norm2_(at / "norm2", shape.norm_groups, shape.out, shape.eps),
      conv2_(at / "conv2", {.in = shape.out, .out = shape.out}),
      output_scale_factor_(shape.output_scale_factor) {
  if (shape.time_width > 0) time_emb_proj_.emplace(at / "time_emb_proj", shape.time_width, shape.out);
  if (shape.in != shape.out) {
    conv_shortcut_.emplace(at / "conv_shortcut",
                           Conv2dShape{.in = shape.in, .out = shape.out, .kernel = 1, .padding = 0});
  }
}

// Results of a layer belong to this function alone, so what follows may be computed in their place.
at::Tensor ResnetBlock::operator()(const at::Tensor& x, const at::Tensor& time) const {
  at::Tensor h = conv1_(norm1_.then_silu(x));
  if (time_emb_proj_) h.add_((*time_emb_proj_)(time).unsqueeze(-1).unsqueeze(-1));
  h = conv2_(norm2_.then_silu(h));
  h.add_(conv_shortcut_ ? (*conv_shortcut_)(x) : x);
  return output_scale_factor_ == 1.0 ? h : h.div_(output_scale_factor_);
}

Upsample::Upsample(const WeightScope& at, std::int64_t channels)
    : conv_(at / "conv", {.in = channels, .out = channels}) {}

at::Tensor Upsample::operator()(const at::Tensor& x) const {
  return (*this)(x, 2 * x.size(2), 2 * x.size(3));
}

at::Tensor Upsample::operator()(const at::Tensor& x, std::int64_t height, std::int64_t width) const {
  return conv_(at::upsample_nearest2d(x, std::array<std::int64_t, 2>{height, width}));
}

}  // namespace tstitch
