#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include <ATen/EmptyTensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/resize_native.h>
#include <ATen/ops/unfold_native.h>
#include <ATen/ops/view_native.h>
#include <torch/library.h>

#include "tests/support/device/device_record.h"

namespace tstitch::test::detail {
namespace {

using Kind = DeviceCall::Kind;
using OptionalTensors = c10::List<std::optional<at::Tensor>>;

constexpr c10::DispatchKeySet kKeys(c10::DispatchKey::PrivateUse1);

bool is_ours(const at::Tensor& tensor) {
  return tensor.defined() && tensor.is_privateuseone();
}

std::int64_t bytes_of(const at::Tensor& tensor) {
  return static_cast<std::int64_t>(tensor.nbytes());
}

/// The same memory as a tensor of the CPU. One without elements may be a result that takes its shape from the kernel:
/// it has memory of its own.
at::Tensor host_view(const at::Tensor& tensor) {
  const auto options = tensor.options().device(at::kCPU);
  if (tensor.numel() == 0) return at::empty(tensor.sizes(), options);
  return at::from_blob(tensor.mutable_data_ptr(), tensor.sizes(), tensor.strides(), options);
}

/// Memory that a kernel of the CPU made, as the device's.
c10::Storage taken_over(const at::Tensor& host) {
  const std::size_t bytes = at::detail::computeStorageNbytes(host.sizes(), host.strides(), host.itemsize());
  record(Kind::Allocation, "result", static_cast<std::int64_t>(bytes));
  auto owner = std::make_unique<at::Tensor>(host);
  void* const data = owner->mutable_data_ptr();
  if (is_recording()) record_memory(data, bytes, std::make_shared<const at::Tensor>(host));
  const auto release = [](void* tensor) { delete static_cast<at::Tensor*>(tensor); };
  c10::DataPtr pointer(data, owner.release(), release, simulated_device());
  return {c10::Storage::use_byte_size_t(), bytes, std::move(pointer), nullptr, /*resizable=*/false};
}

at::Tensor as_ours(const at::Tensor& host) {
  at::Tensor tensor = at::detail::make_tensor<c10::TensorImpl>(taken_over(host), kKeys, host.dtype());
  tensor.unsafeGetTensorImpl()->set_sizes_and_strides(host.sizes(), host.strides());
  return tensor;
}

/// One call of an operator with the CPU's kernel over the device's memory.
class HostCall {
 public:
  explicit HostCall(const c10::OperatorHandle& operation) : operation_(operation) {}

  void operator()(torch::jit::Stack& stack) {
    launch();
    catch_up(current_stream());
    const std::size_t first = stack.size() - operation_.schema().arguments().size();
    for (std::size_t i = first; i < stack.size(); ++i) stack[i] = for_host(stack[i]);
    torch::jit::Stack arguments;
    if (is_recording()) arguments.assign(stack.begin() + static_cast<std::ptrdiff_t>(first), stack.end());
    operation_.callBoxed(&stack);
    for (const auto& [ours, host] : views_) adopt_shape(ours, host);
    record_wait(stack, first);
    if (is_recording()) record_call(std::move(arguments), stack, first);
    for (std::size_t i = first; i < stack.size(); ++i) stack[i] = for_device(stack[i]);
  }

 private:
  [[nodiscard]] const std::string& name() const { return operation_.operator_name().name; }

  c10::IValue for_host(const c10::IValue& value) {
    if (value.isTensor()) return view_of(value.toTensor());
    if (value.isTensorList()) {
      c10::List<at::Tensor> views;
      for (const at::Tensor& each : value.toTensorVector()) views.push_back(view_of(each));
      return views;
    }
    if (value.isOptionalTensorList()) {
      OptionalTensors views;
      for (const std::optional<at::Tensor> each : value.toOptionalTensorList()) {
        views.push_back(each ? std::optional(view_of(*each)) : std::nullopt);
      }
      return views;
    }
    if (value.isDevice() && value.toDevice().is_privateuseone()) return c10::Device(at::kCPU);
    return value;
  }

  at::Tensor view_of(const at::Tensor& tensor) {
    if (!is_ours(tensor)) {
      TORCH_CHECK(!tensor.defined() || tensor.dim() == 0, name(),
                  ": expected all tensors to be on the same device, found one on ", tensor.device(), " of shape ",
                  tensor.sizes(), " beside tensors of the simulated device");
      return tensor;
    }
    views_.emplace_back(tensor, host_view(tensor));
    return views_.back().second;
  }

  static std::vector<at::Tensor> tensors_of(const torch::jit::Stack& stack, std::size_t first) {
    std::vector<at::Tensor> tensors;
    for (std::size_t i = first; i < stack.size(); ++i) {
      if (stack[i].isTensor()) tensors.push_back(stack[i].toTensor());
      if (!stack[i].isTensorList()) continue;
      for (const at::Tensor& each : stack[i].toTensorVector()) tensors.push_back(each);
    }
    return tensors;
  }

  /// A replay gives the same kernel the same memory and numbers, and brings what it gives to where it went.
  void record_call(torch::jit::Stack arguments, const torch::jit::Stack& stack, std::size_t first) const {
    record_work([operation = operation_, arguments = std::move(arguments), results = tensors_of(stack, first)] {
      torch::jit::Stack again = arguments;
      operation.callBoxed(&again);
      const std::vector<at::Tensor> fresh = tensors_of(again, 0);
      for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i].defined() && !results[i].is_same(fresh.at(i))) results[i].copy_(fresh[i]);
      }
    });
    for (const auto& [ours, view] : views_) record_use(ours.storage(), name());
  }

  /// A result that came without elements has what the kernel gave it.
  static void adopt_shape(const at::Tensor& ours, const at::Tensor& host) {
    if (ours.sizes() == host.sizes()) return;
    TORCH_CHECK(ours.numel() == 0, "a kernel gave a tensor another shape");
    ours.unsafeGetTensorImpl()->set_storage_keep_dtype(taken_over(host));
    ours.unsafeGetTensorImpl()->set_sizes_and_strides(host.sizes(), host.strides());
  }

  /// What the host is told of the tensors' numbers it waits for.
  void record_wait(const torch::jit::Stack& stack, std::size_t first) const {
    static constexpr std::array kShapedByNumbers{"aten::nonzero", "aten::masked_select", "aten::_unique2",
                                                 "aten::unique_dim", "aten::bincount"};
    const auto is_number = [](const c10::IValue& value) { return !value.isTensor() && !value.isTensorList(); };
    const bool tells = std::any_of(stack.begin() + static_cast<std::ptrdiff_t>(first), stack.end(), is_number);
    if (tells || std::find(kShapedByNumbers.begin(), kShapedByNumbers.end(), name()) != kShapedByNumbers.end()) {
      refuse_recording(name());
      record(Kind::Wait, name());
    }
  }

  c10::IValue for_device(const c10::IValue& value) const {
    if (value.isTensor()) return device_tensor(value.toTensor());
    if (!value.isTensorList()) return value;
    c10::List<at::Tensor> tensors;
    for (const at::Tensor& each : value.toTensorVector()) tensors.push_back(device_tensor(each));
    return tensors;
  }

  [[nodiscard]] at::Tensor device_tensor(const at::Tensor& host) const {
    if (!host.defined()) return host;
    for (const auto& [ours, view] : views_) {
      if (host.is_same(view)) return ours;
      TORCH_CHECK(!host.is_alias_of(view), name(), " makes views, which the simulated device does not know");
    }
    return as_ours(host);
  }

  const c10::OperatorHandle& operation_;
  std::vector<std::pair<at::Tensor, at::Tensor>> views_;  ///< the device's and the host's
};

void call_on_host(const c10::OperatorHandle& operation, torch::jit::Stack* stack) {
  HostCall call(operation);
  call(*stack);
}

at::Tensor empty(at::IntArrayRef size, std::optional<at::ScalarType> type, std::optional<at::Layout> /*layout*/,
                 std::optional<at::Device> /*device*/, std::optional<bool> /*pinned*/,
                 std::optional<at::MemoryFormat> format) {
  auto* const memory = c10::GetAllocator(c10::DeviceType::PrivateUse1);
  return at::detail::empty_generic(size, memory, kKeys, type.value_or(at::kFloat), format);
}

at::Tensor empty_strided(at::IntArrayRef size, at::IntArrayRef stride, std::optional<at::ScalarType> type,
                         std::optional<at::Layout> /*layout*/, std::optional<at::Device> /*device*/,
                         std::optional<bool> /*pinned*/) {
  auto* const memory = c10::GetAllocator(c10::DeviceType::PrivateUse1);
  return at::detail::empty_strided_generic(size, stride, memory, kKeys, type.value_or(at::kFloat));
}

/// Copies when it is called, and owns neither tensor's memory.
auto copy_between(const at::Tensor& from, const at::Tensor& to) {
  return [target = is_ours(to) ? host_view(to) : to, source = is_ours(from) ? host_view(from) : from] {
    target.copy_(source);
  };
}

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool non_blocking) {
  launch();
  if (!is_ours(from)) record(Kind::Upload, "aten::_copy_from", bytes_of(to));
  const bool with_host = !is_ours(from) || !is_ours(to);
  const bool may_be_late = non_blocking && with_host && is_page_locked((is_ours(from) ? to : from).const_data_ptr());
  if (!is_ours(to)) record(Kind::Download, may_be_late ? "later" : "aten::_copy_from", bytes_of(from));
  if (with_host) refuse_recording("aten::_copy_from");
  if (to.numel() == 0) return to;
  if (may_be_late) {
    put_off([from, to] { copy_between(from, to)(); });
    return to;
  }
  catch_up(current_stream());
  const auto copy = copy_between(from, to);
  copy();
  if (is_recording()) {
    record_work(copy);
    record_use(from.storage(), "aten::_copy_from");
    record_use(to.storage(), "aten::_copy_from");
  }
  return to;
}

at::Tensor copy_from_and_resize(const at::Tensor& from, const at::Tensor& to) {
  to.resize_(from.sizes());
  return copy_from(from, to, false);
}

at::Scalar number_of(const at::Tensor& tensor) {
  refuse_recording("aten::_local_scalar_dense");
  record(Kind::Wait, "aten::_local_scalar_dense");
  catch_up(current_stream());
  return host_view(tensor).item();
}

const at::Tensor& resize(const at::Tensor& tensor, at::IntArrayRef size, std::optional<at::MemoryFormat> format) {
  return at::native::resize_(tensor, size, format);
}

at::Tensor view(const at::Tensor& tensor, at::IntArrayRef size) {
  return at::native::view(tensor, size);
}

at::Tensor as_strided(const at::Tensor& tensor, at::IntArrayRef size, at::IntArrayRef stride,
                      std::optional<std::int64_t> offset) {
  return at::native::as_strided_tensorimpl(tensor, size, stride, offset);
}

at::Tensor reshape_alias(const at::Tensor& tensor, at::IntArrayRef size, at::IntArrayRef stride) {
  return at::native::_reshape_alias(tensor, size, stride);
}

at::Tensor unfold(const at::Tensor& tensor, std::int64_t dimension, std::int64_t size, std::int64_t step) {
  return at::native::unfold(tensor, dimension, size, step);
}

torch::CppFunction on_host() {
  return torch::CppFunction::makeFromBoxedFunction<&call_on_host>();
}

torch::Library* library(const char* name) {
  return new torch::Library(torch::Library::IMPL, name, c10::DispatchKey::PrivateUse1, __FILE__, __LINE__);
}

}  // namespace

void register_operators() {
  library("_")->fallback(on_host());
  torch::Library& aten = *library("aten");
  aten.impl("empty.memory_format", TORCH_FN(empty));
  aten.impl("empty_strided", TORCH_FN(empty_strided));
  aten.impl("resize_", TORCH_FN(resize));
  aten.impl("view", TORCH_FN(view));
  aten.impl("as_strided", TORCH_FN(as_strided));
  aten.impl("_reshape_alias", TORCH_FN(reshape_alias));
  aten.impl("unfold", TORCH_FN(unfold));
  aten.impl("_copy_from", TORCH_FN(copy_from));
  aten.impl("_copy_from_and_resize", TORCH_FN(copy_from_and_resize));
  aten.impl("_local_scalar_dense", TORCH_FN(number_of));
  // For these LibTorch would compose others where a device has no kernel, or refuse: here the CPU's own answer.
  for (const char* name : {"convolution", "scaled_dot_product_attention", "native_group_norm", "native_layer_norm"}) {
    aten.impl(name, on_host());
  }
}

}  // namespace tstitch::test::detail
