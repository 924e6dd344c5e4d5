#include "core/device/device_kernels.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include "core/base/error.h"
#include "core/cuda/plugin_api.h"

namespace tstitch {
namespace {

constexpr auto kKinds = static_cast<std::size_t>(c10::DeviceType::COMPILE_TIME_MAX_DEVICE_TYPES);
std::array<std::atomic<const TstitchKernels*>, kKinds> offered{};

const TstitchKernels* kernels_of(const at::Tensor& x) {
  return offered.at(static_cast<std::size_t>(x.device().type())).load(std::memory_order_acquire);
}

std::optional<TstitchElement> element_of(const at::Tensor& x) {
  switch (x.scalar_type()) {
    case at::kFloat:
      return kTstitchFloat32;
    case at::kHalf:
      return kTstitchFloat16;
    case at::kBFloat16:
      return kTstitchBFloat16;
    default:
      return std::nullopt;
  }
}

/// Runs one of the table's functions on the device of `x`.
template <class What>
void queue(int (*kernel)(int, const What*, char*, std::size_t), const at::Tensor& x, const What& of) {
  std::array<char, 1024> sentence{};
  if (kernel(x.device().has_index() ? x.device().index() : 0, &of, sentence.data(), sentence.size()) != 0) {
    throw Error(ExitCode::Internal, sentence.data());
  }
}

bool is_small(std::int64_t size) {
  return size > 0 && size <= std::numeric_limits<std::int32_t>::max();
}

/// On the same device, dense and of `size` elements.
bool is_like(const at::Tensor& tensor, const at::Tensor& x, std::int64_t size) {
  return tensor.device() == x.device() && tensor.is_contiguous() && tensor.numel() == size;
}

}  // namespace

void offer_device_kernels(c10::DeviceType device, const TstitchKernels* kernels) {
  offered.at(static_cast<std::size_t>(device)).store(kernels, std::memory_order_release);
}

bool has_device_kernels(const at::Tensor& x) {
  return kernels_of(x) != nullptr;
}

std::optional<at::Tensor> device_group_norm(const at::Tensor& x, std::int64_t groups, const at::Tensor& weight,
                                            const at::Tensor& bias, double eps, WithSilu silu) {
  const TstitchKernels* kernels = kernels_of(x);
  if (kernels == nullptr) return std::nullopt;
  const auto element = element_of(x);
  constexpr std::int64_t kMostSamples = 65535;  // a side of a CUDA grid
  if (!element || x.dim() != 4 || x.numel() == 0 || !x.is_contiguous(at::MemoryFormat::ChannelsLast) ||
      x.size(0) > kMostSamples || !is_small(x.size(1)) || weight.scalar_type() != x.scalar_type() ||
      bias.scalar_type() != x.scalar_type() || !is_like(weight, x, x.size(1)) || !is_like(bias, x, x.size(1))) {
    return std::nullopt;
  }
  at::Tensor y = at::empty_like(x, x.options().memory_format(at::MemoryFormat::ChannelsLast));
  TstitchGroupNorm of{};
  of.element = *element;
  of.silu = silu == WithSilu::Yes ? 1 : 0;
  of.x = x.const_data_ptr();
  of.weight = weight.const_data_ptr();
  of.bias = bias.const_data_ptr();
  of.y = y.data_ptr();
  of.samples = x.size(0);
  of.rows = x.size(2) * x.size(3);
  of.channels = static_cast<std::int32_t>(x.size(1));
  of.groups = static_cast<std::int32_t>(groups);
  of.eps = static_cast<float>(eps);
  at::Tensor workspace;
  if (const std::uint64_t bytes = kernels->group_norm_workspace(&of); bytes > 0) {
    workspace = at::empty({static_cast<std::int64_t>(bytes)}, x.options().dtype(at::kByte));
    of.workspace = workspace.data_ptr();
  }
  queue(kernels->group_norm, x, of);
  return y;
}

std::optional<at::Tensor> device_geglu(const at::Tensor& value_and_gate) {
  const TstitchKernels* kernels = kernels_of(value_and_gate);
  if (kernels == nullptr) return std::nullopt;
  const auto element = element_of(value_and_gate);
  if (!element || value_and_gate.dim() == 0 || value_and_gate.numel() == 0 || value_and_gate.size(-1) % 2 != 0 ||
      !value_and_gate.is_contiguous() || !is_small(value_and_gate.size(-1))) {
    return std::nullopt;
  }
  std::vector<std::int64_t> shape = value_and_gate.sizes().vec();
  shape.back() /= 2;
  at::Tensor y = at::empty(shape, value_and_gate.options());
  TstitchGeglu of{};
  of.element = *element;
  of.width = static_cast<std::int32_t>(shape.back());
  of.x = value_and_gate.const_data_ptr();
  of.y = y.data_ptr();
  of.rows = y.numel() / shape.back();
  of.row_stride = value_and_gate.size(-1);
  queue(kernels->geglu, value_and_gate, of);
  return y;
}

std::optional<at::Tensor> device_sampler_update(const std::vector<WeightedTerm>& terms,
                                                const std::optional<WeightedPrediction>& prediction) {
  TstitchSamplerUpdate of{};
  if (terms.empty() || terms.size() > std::size(of.terms)) return std::nullopt;
  const at::Tensor& x = terms.front().tensor;
  const TstitchKernels* kernels = kernels_of(x);
  if (kernels == nullptr || x.numel() == 0) return std::nullopt;
  for (const WeightedTerm& term : terms) {
    if (term.tensor.scalar_type() != at::kFloat || !is_like(term.tensor, x, x.numel())) return std::nullopt;
    of.terms[of.count] = term.tensor.const_data_ptr<float>();
    of.factors[of.count++] = static_cast<float>(term.factor);
  }
  if (prediction) {
    const auto element = element_of(prediction->conditional);
    const bool guided = prediction->unconditional.defined();
    if (!element || !is_like(prediction->conditional, x, x.numel())) return std::nullopt;
    if (guided && (prediction->unconditional.scalar_type() != prediction->conditional.scalar_type() ||
                   !is_like(prediction->unconditional, x, x.numel()))) {
      return std::nullopt;
    }
    of.element = *element;
    of.conditional = prediction->conditional.const_data_ptr();
    of.unconditional = guided ? prediction->unconditional.const_data_ptr() : nullptr;
    of.guidance = static_cast<float>(prediction->guidance);
    of.factor = static_cast<float>(prediction->factor);
  }
  at::Tensor y = at::empty_like(x);
  of.y = y.data_ptr<float>();
  of.size = x.numel();
  queue(kernels->sampler_update, x, of);
  return y;
}

}  // namespace tstitch
