#include "core/nn/norms.h"

#include <array>
#include <cstdint>
#include <utility>

#include <ATen/ops/group_norm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/silu.h>

#include "core/device/device_kernels.h"
#include "core/nn/channels_last_norm.h"
#include "core/nn/pieces.h"

namespace tstitch {

GroupNorm::GroupNorm(const WeightScope& at, std::int64_t groups, std::int64_t channels, double eps)
    : weight_(at.take("weight", {channels})),
      bias_(at.take("bias", {channels})),
      groups_(groups),
      eps_(eps),
      fast_(at.options().fast_paths == FastPaths::On) {}

at::Tensor GroupNorm::operator()(const at::Tensor& x) const {
  return normed(x, false);
}

at::Tensor GroupNorm::then_silu(const at::Tensor& x) const {
  return normed(x, true);
}

at::Tensor GroupNorm::normed(const at::Tensor& x, bool silu) const {
  constexpr std::int64_t kLarge = std::int64_t{1} << 27U;  // half a second's worth, if that
  return detail::by_samples(x, x.is_cpu() && x.numel() > kLarge, [&](const at::Tensor& samples) {
    const WithSilu with_silu = silu ? WithSilu::Yes : WithSilu::No;
    if (auto made = device_group_norm(samples, groups_, weight_, bias_, eps_, with_silu)) return *std::move(made);
    if (fast_ && detail::is_channels_last_on_cpu(samples)) {
      const auto after = silu ? detail::AfterNorm::Silu : detail::AfterNorm::Nothing;
      return detail::channels_last_norm(samples, groups_, weight_.to(at::kFloat), bias_.to(at::kFloat), eps_, after);
    }
    at::Tensor plain = at::group_norm(samples, groups_, weight_, bias_, eps_);
    return silu ? at::silu_(plain) : plain;
  });
}

LayerNorm::LayerNorm(const WeightScope& at, std::int64_t width, double eps)
    : weight_(at.take("weight", {width})), bias_(at.take("bias", {width})), eps_(eps) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  const std::array<std::int64_t, 1> width{weight_.size(0)};
  return at::layer_norm(x, width, weight_, bias_, eps_);
}

}  // namespace tstitch
