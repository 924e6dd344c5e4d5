#include "core/local_engine/host_tensors.h"

#include <algorithm>

#include <ATen/ops/empty.h>

#include "core/base/error.h"
#include "core/device/crossing.h"

namespace tstitch {

HostTensor host_tensor(const at::Tensor& tensor) {
  const at::Tensor whole = to_host(tensor, Crossing::Result).to(at::kFloat).contiguous();
  const float* values = whole.const_data_ptr<float>();
  return {whole.sizes().vec(), {values, values + whole.numel()}};
}

at::Tensor tensor_of(const HostTensor& tensor, const std::vector<std::int64_t>& expected_shape) {
  at::Tensor whole = at::empty(expected_shape, at::kFloat);
  if (tensor.shape != expected_shape || tensor.values.size() != static_cast<std::size_t>(whole.numel())) {
    throw BadInput("the noise that was given has another shape than the run's latents.");
  }
  std::copy(tensor.values.begin(), tensor.values.end(), whole.mutable_data_ptr<float>());
  return whole;
}

}  // namespace tstitch
