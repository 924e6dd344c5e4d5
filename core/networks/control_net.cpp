#include "core/networks/control_net.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/silu.h>

#include "core/base/check.h"
#include "core/base/stop.h"

namespace tstitch {
namespace {

/// conv_in, then for each pair of neighbouring widths one convolution that keeps and one that halves, then conv_out.
std::vector<Conv2d> hint_network(const WeightScope& at, const ControlNetConfig& config) {
  const std::vector<int>& widths = config.hint_widths;
  std::vector<Conv2d> convs;
  convs.emplace_back(at / "conv_in", Conv2dShape{.in = config.hint_channels, .out = widths.front()});
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    const int block = static_cast<int>(2 * i);
    convs.emplace_back(at / "blocks" / block, Conv2dShape{.in = widths[i], .out = widths[i]});
    convs.emplace_back(at / "blocks" / (block + 1), Conv2dShape{.in = widths[i], .out = widths[i + 1], .stride = 2});
  }
  convs.emplace_back(at / "conv_out", Conv2dShape{.in = widths.back(), .out = config.encoder.down.front().channels});
  return convs;
}

Conv2dShape point(std::int64_t channels) {
  return {.in = channels, .out = channels, .kernel = 1, .padding = 0};
}

}  // namespace

ControlNet::ControlNet(const WeightScope& at, const ControlNetConfig& config)
    : config_(config),
      type_(at.options().type),
      encoder_(at, config.encoder),
      hint_convs_(hint_network(at / "controlnet_cond_embedding", config)),
      middle_projection_(at / "controlnet_mid_block", point(config.encoder.down.back().channels)) {
  int index = 0;
  for (const std::int64_t channels : encoder_.skip_channels()) {
    down_projections_.emplace_back(at / "controlnet_down_blocks" / index++, point(channels));
  }
}

at::Tensor ControlNet::embedded_hint(const at::Tensor& picture, const std::stop_token& stop) const {
  at::Tensor h = (config_.hint_is_bgr ? picture.flip(1) : picture).to(type_);
  for (std::size_t i = 0; i < hint_convs_.size(); ++i) {
    stop_point(stop);
    h = hint_convs_[i](h);
    if (i + 1 < hint_convs_.size()) h = at::silu(h);
  }
  return h;
}

UnetResiduals ControlNet::operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                                     const UnetExtras& extras, const at::Tensor& embedded_hint,
                                     const std::stop_token& stop) const {
  const UnetConditioning conditioning = encoder_.conditioning(timesteps, context, extras, x.size(0));
  const UnetEncoder::Output output = encoder_(x.to(type_), conditioning, {.hint = embedded_hint}, stop);
  TSTITCH_CHECK(output.skips.size() == down_projections_.size());
  UnetResiduals residuals;
  for (std::size_t i = 0; i < output.skips.size(); ++i) {
    residuals.skips.push_back(down_projections_[i](output.skips[i]));
  }
  residuals.middle = middle_projection_(output.middle);
  return residuals;
}

}  // namespace tstitch
