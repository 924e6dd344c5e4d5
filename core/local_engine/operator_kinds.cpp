#include "core/local_engine/operator_kinds.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/base/text.h"

namespace tstitch {

namespace {

enum class Work {
  Memory,
  Convolution,     ///< x, weight [out, in, k, k]
  Winograd,        ///< x [B, in, h, w], of a 3x3 kernel
  Linear,          ///< x [..., in], weight [out, in] or [panels, in, kPanel]
  ChannelsLinear,  ///< x [B, in, h, w], weight likewise
  Product,         ///< a [..., n, k], b [..., k, m]
  ProductPlus,     ///< what is added, a, b
  Attention,       ///< q [..., N, d], k [..., M, d], v
};

struct Rule {
  std::string_view called;
  std::string_view name;  ///< `#` stands for the sides of a kernel
  Work work = Work::Memory;
};

constexpr std::array kRules{
    Rule{"tstitch::winograd_convolution", "convolution 3x3 (Winograd)", Work::Winograd},
    Rule{"tstitch::pointwise_convolution", "convolution 1x1 (packed, as linear)", Work::ChannelsLinear},
    Rule{"mkldnn::_convolution_pointwise", "convolution # (packed)", Work::Convolution},
    Rule{"aten::conv2d", "convolution # (LibTorch)", Work::Convolution},
    Rule{"aten::convolution", "convolution # (LibTorch)", Work::Convolution},
    Rule{"tstitch::panel_linear", "linear (panels)", Work::Linear},
    Rule{"mkldnn::_linear_pointwise", "linear (packed)", Work::Linear},
    Rule{"aten::linear", "linear (LibTorch)", Work::Linear},
    Rule{"aten::matmul", "matrix product (LibTorch)", Work::Product},
    Rule{"aten::mm", "matrix product (LibTorch)", Work::Product},
    Rule{"aten::bmm", "matrix product (LibTorch)", Work::Product},
    Rule{"aten::addmm", "matrix product (LibTorch)", Work::ProductPlus},
    Rule{"aten::baddbmm", "matrix product (LibTorch)", Work::ProductPlus},
    Rule{"tstitch::tiled_attention", "attention (tiled)", Work::Attention},
    Rule{"tstitch::bf16_attention", "attention (tiled)", Work::Attention},
    Rule{"aten::scaled_dot_product_attention", "attention (LibTorch)", Work::Attention},
    Rule{"tstitch::channels_last_norm", "group norm (channels last)"},
    Rule{"aten::group_norm", "group norm (LibTorch)"},
    Rule{"aten::layer_norm", "layer norm"},
    Rule{"aten::silu", "activation"},
    Rule{"aten::silu_", "activation"},
    Rule{"aten::gelu", "activation"},
    Rule{"aten::gelu_", "activation"},
    Rule{"aten::relu", "activation"},
    Rule{"aten::relu_", "activation"},
    Rule{"aten::sigmoid", "activation"},
    Rule{"aten::tanh", "activation"},
    Rule{"aten::softmax", "activation"},
    Rule{"aten::upsample_nearest2d", "resize"},
    Rule{"aten::upsample_bilinear2d", "resize"},
    Rule{"aten::avg_pool2d", "resize"},
    Rule{"aten::add", "arithmetic of elements"},
    Rule{"aten::add_", "arithmetic of elements"},
    Rule{"aten::sub", "arithmetic of elements"},
    Rule{"aten::sub_", "arithmetic of elements"},
    Rule{"aten::rsub", "arithmetic of elements"},
    Rule{"aten::mul", "arithmetic of elements"},
    Rule{"aten::mul_", "arithmetic of elements"},
    Rule{"aten::div", "arithmetic of elements"},
    Rule{"aten::div_", "arithmetic of elements"},
    Rule{"aten::lerp", "arithmetic of elements"},
    Rule{"aten::exp", "arithmetic of elements"},
    Rule{"aten::sin", "arithmetic of elements"},
    Rule{"aten::cos", "arithmetic of elements"},
    Rule{"mkldnn::_reorder_convolution_weight", "packing of weights"},
    Rule{"mkldnn::_reorder_linear_weight", "packing of weights"},
    Rule{"aten::arange", "copies, views, new tensors"},
    Rule{"aten::full", "copies, views, new tensors"},
    Rule{"aten::zeros", "copies, views, new tensors"},
    Rule{"aten::ones", "copies, views, new tensors"},
    Rule{"aten::cat", "copies, views, new tensors"},
    Rule{"aten::chunk", "copies, views, new tensors"},
    Rule{"aten::clone", "copies, views, new tensors"},
    Rule{"aten::constant_pad_nd", "copies, views, new tensors"},
    Rule{"aten::contiguous", "copies, views, new tensors"},
    Rule{"aten::copy_", "copies, views, new tensors"},
    Rule{"aten::empty", "copies, views, new tensors"},
    Rule{"aten::empty_like", "copies, views, new tensors"},
    Rule{"aten::expand", "copies, views, new tensors"},
    Rule{"aten::flatten", "copies, views, new tensors"},
    Rule{"aten::narrow", "copies, views, new tensors"},
    Rule{"aten::permute", "copies, views, new tensors"},
    Rule{"aten::reshape", "copies, views, new tensors"},
    Rule{"aten::select", "copies, views, new tensors"},
    Rule{"aten::slice", "copies, views, new tensors"},
    Rule{"aten::split", "copies, views, new tensors"},
    Rule{"aten::stack", "copies, views, new tensors"},
    Rule{"aten::to", "copies, views, new tensors"},
    Rule{"aten::transpose", "copies, views, new tensors"},
    Rule{"aten::unflatten", "copies, views, new tensors"},
    Rule{"aten::unsqueeze", "copies, views, new tensors"},
    Rule{"aten::view", "copies, views, new tensors"},
};

/// The tensors among what an operator takes that come first.
struct Tensors {
  explicit Tensors(c10::ArrayRef<const c10::IValue> inputs) {
    for (const c10::IValue& each : inputs) {
      if (count == kept.size() || !each.isTensor()) return;
      kept[count++] = each.toTensor();
    }
  }

  [[nodiscard]] bool has(std::size_t index, std::int64_t dimensions) const {
    return index < count && kept[index].defined() && kept[index].dim() >= dimensions;
  }
  [[nodiscard]] double numbers(std::size_t index) const { return static_cast<double>(kept[index].numel()); }
  [[nodiscard]] double side(std::size_t index, std::int64_t dimension) const {
    return static_cast<double>(kept[index].size(dimension));
  }

  std::array<at::Tensor, 3> kept;
  std::size_t count = 0;
};

constexpr double kMultiplyAdd = 2;

void count_work(Work work, const Tensors& tensors, OperatorKind& kind) {
  switch (work) {
    case Work::Memory:
      return;
    case Work::Convolution:
      if (!tensors.has(1, 4)) return;
      kind.flop_per_result = kMultiplyAdd * tensors.side(1, 1) * tensors.side(1, 2) * tensors.side(1, 3);
      return;
    case Work::Winograd:
      if (tensors.has(0, 4)) kind.flop_per_result = kMultiplyAdd * tensors.side(0, 1) * 3 * 3;
      return;
    case Work::Linear:
    case Work::ChannelsLinear:
      if (tensors.has(1, 2)) {
        kind.flop = kMultiplyAdd * tensors.numbers(0) * tensors.numbers(1) / tensors.side(1, 1);
      }
      return;
    case Work::Product:
      if (tensors.has(1, 2)) kind.flop = kMultiplyAdd * tensors.numbers(0) * tensors.side(1, -1);
      return;
    case Work::ProductPlus:
      if (tensors.has(2, 2)) kind.flop = kMultiplyAdd * tensors.numbers(1) * tensors.side(2, -1);
      return;
    case Work::Attention:  // scores, then their products with the values
      if (tensors.has(1, 2)) kind.flop = 2 * kMultiplyAdd * tensors.numbers(0) * tensors.side(1, -2);
      return;
  }
}

std::string kernel_sides(const Tensors& tensors) {
  if (!tensors.has(1, 4)) return "";
  return concat(tensors.kept[1].size(2), "x", tensors.kept[1].size(3));
}

}  // namespace

OperatorKind operator_kind(std::string_view called, c10::ArrayRef<const c10::IValue> inputs) {
  const auto* rule =
      std::find_if(kRules.begin(), kRules.end(), [&](const Rule& each) { return each.called == called; });
  if (rule == kRules.end()) return {std::string(called)};
  const Tensors tensors(inputs);
  OperatorKind kind{std::string(rule->name)};
  const std::size_t kernel = kind.name.find('#');
  if (kernel != std::string::npos) kind.name.replace(kernel, 1, kernel_sides(tensors));
  count_work(rule->work, tensors, kind);
  return kind;
}

}  // namespace tstitch
