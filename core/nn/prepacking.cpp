#include "core/nn/prepacking.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <ATen/Context.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include "core/system/processor.h"

namespace tstitch::detail {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;

constexpr std::int64_t kGroups = 1;
constexpr std::string_view kNoPostOperation = "none";
constexpr std::size_t kMostSizes = 2;  // guided and unguided evaluations of one run

template <class Signature>
c10::TypedOperatorHandle<Signature> find_operator(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

std::array<std::int64_t, 2> both(std::int64_t value) {
  return {value, value};
}

bool has_bf16() {
  static const bool has = half_arithmetic().bf16;
  return has;
}

}  // namespace

bool may_prepack(const at::Tensor& weight, const BuildOptions& options) {
  const at::ScalarType type = weight.scalar_type();
  return options.fast_paths == FastPaths::On && weight.device().is_cpu() &&
         (type == at::kFloat || (type == at::kBFloat16 && has_bf16())) && at::hasMKLDNN() &&
         at::globalContext().userEnabledMkldnn();
}

bool has_one_layout(std::int64_t out_channels) {
  constexpr std::int64_t kSmallBlock = 48;
  constexpr std::int64_t kMostInDoubt = 384;  // above, the block is the same for all sizes that networks have
  return out_channels % kSmallBlock != 0 || out_channels > kMostInDoubt;
}

at::Tensor prepack_convolution(const at::Tensor& weight, ConvolutionStride shape, at::OptionalIntArrayRef size) {
  using Signature = at::Tensor(const at::Tensor&, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, std::int64_t,
                               at::OptionalIntArrayRef);
  static const auto reorder = find_operator<Signature>("mkldnn::_reorder_convolution_weight");
  return reorder.call(weight, shape.paddings(), both(shape.stride), both(1), kGroups, size);
}

at::Tensor prepacked_convolution(const at::Tensor& x, const at::Tensor& packed, const std::optional<at::Tensor>& bias,
                                 ConvolutionStride shape) {
  using Signature = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, at::IntArrayRef,
                               at::IntArrayRef, at::IntArrayRef, std::int64_t, std::string_view, Scalars,
                               std::optional<std::string_view>);
  static const auto convolve = find_operator<Signature>("mkldnn::_convolution_pointwise");
  return convolve.call(x, packed, bias, shape.paddings(), both(shape.stride), both(1), kGroups, kNoPostOperation,
                       Scalars(), std::nullopt);
}

at::Tensor SizedPacking::pack(const at::Tensor& weight, const at::Tensor& x, ConvolutionStride shape) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Packed& each) {
    return each.rows_padded == shape.rows_padded && x.sizes() == each.size;
  });
  if (found != kept_.end()) return found->weight;
  if (kept_.size() == kMostSizes) kept_.pop_front();
  kept_.push_back({x.sizes().vec(), shape.rows_padded, prepack_convolution(weight, shape, x.sizes())});
  return kept_.back().weight;
}

at::Tensor prepack_linear(const at::Tensor& weight) {
  if (may_use_panels(weight)) return panel_weight(weight);
  using Signature = at::Tensor(const at::Tensor&, std::optional<std::int64_t>);
  static const auto reorder = find_operator<Signature>("mkldnn::_reorder_linear_weight");
  return reorder.call(weight, std::nullopt);
}

bool is_prepacked_linear(const at::Tensor& weight) {
  return weight.is_mkldnn() || is_panel_weight(weight);
}

at::Tensor prepacked_linear(const at::Tensor& x, const at::Tensor& packed, const std::optional<at::Tensor>& bias) {
  if (is_panel_weight(packed)) return panel_linear(x, packed, bias);
  using Signature = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, std::string_view,
                               Scalars, std::optional<std::string_view>);
  static const auto multiply = find_operator<Signature>("mkldnn::_linear_pointwise");
  return multiply.call(x, packed, bias, kNoPostOperation, Scalars(), std::nullopt);
}

}  // namespace tstitch::detail
