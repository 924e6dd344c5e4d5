#include "core/networks/unet.h"

#include <utility>

#include <ATen/TensorOperators.h>

#include "core/base/check.h"
#include "core/base/stop.h"

namespace tstitch {
namespace {

/// Those for what the way down has left.
void add(const UnetResiduals& residuals, UnetEncoder::Output& output) {
  TSTITCH_CHECK(residuals.skips.empty() || residuals.skips.size() == output.skips.size(), residuals.skips.size());
  for (std::size_t i = 0; i < residuals.skips.size(); ++i) {
    const at::Tensor& residual = residuals.skips[i];
    if (residual.defined()) output.skips[i] = output.skips[i] + residual.to(output.skips[i].scalar_type());
  }
  if (residuals.middle.defined()) {
    output.middle = output.middle + residuals.middle.to(output.middle.scalar_type());
  }
}

}  // namespace

Unet::Unet(const WeightScope& at, const UnetConfig& config)
    : config_(config),
      type_(at.options().type),
      encoder_(at, config),
      conv_norm_out_(at / "conv_norm_out", config.norm_groups, config.up.back().channels, config.norm_eps),
      conv_out_(at / "conv_out", {.in = config.up.back().channels, .out = config.out_channels}) {
  build_up(at);
}

void Unet::build_up(const WeightScope& at) {
  std::vector<std::int64_t> skip_channels = encoder_.skip_channels();
  std::int64_t channels = config_.down.back().channels;
  for (std::size_t i = 0; i < config_.up.size(); ++i) {
    const UnetLevel& level = config_.up[i];
    TSTITCH_CHECK(skip_channels.size() >= static_cast<std::size_t>(level.layers), "up block ", i);
    const std::vector<std::int64_t> own(skip_channels.rbegin(), skip_channels.rbegin() + level.layers);
    skip_channels.resize(skip_channels.size() - own.size());
    up_blocks_.emplace_back(at / "up_blocks" / static_cast<int>(i), level, channels, own, i + 1 < config_.up.size(),
                            unet_block_settings(config_));
    channels = level.channels;
  }
  TSTITCH_CHECK(skip_channels.empty(), skip_channels.size(), " skips left over");
}

at::Tensor Unet::operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                            const UnetExtras& extras, const UnetResiduals& residuals,
                            const std::stop_token& stop) const {
  const UnetConditioning conditioning = encoder_.conditioning(timesteps, context, extras, x.size(0));
  UnetEncoder::Output output = encoder_(x.to(type_), conditioning, {.levels = residuals.levels}, stop);
  add(residuals, output);
  at::Tensor h = std::move(output.middle);
  for (const UnetUpBlock& block : up_blocks_) h = block(std::move(h), conditioning, output.skips, stop);
  stop_point(stop);
  return conv_out_(conv_norm_out_.then_silu(h)).to(at::kFloat).contiguous();
}

}  // namespace tstitch
