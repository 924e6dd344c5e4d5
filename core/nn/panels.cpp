#include "core/nn/panels.h"

#include <atomic>
#include <cstdint>

#include <ATen/ops/empty.h>

#include "core/nn/parallel.h"
#include "core/nn/vector_kernels.h"

namespace tstitch::detail {
namespace {

constexpr std::int64_t kVector = 16;

template <class Number>
void interleave(const at::Tensor& plain, at::Tensor& packed) {
  const auto* const from = static_cast<const Number*>(plain.const_data_ptr());
  auto* const to = static_cast<Number*>(packed.mutable_data_ptr());
  const std::int64_t columns = packed.size(1);
  in_parallel(packed.size(0) * columns, 512, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const Number* const column = from + i / columns * kPanel * columns + i % columns;
      for (std::int64_t lane = 0; lane < kPanel; ++lane) to[i * kPanel + lane] = column[lane * columns];
    }
  });
}

}  // namespace

at::Tensor as_fp16(const at::Tensor& weight) {
  if (weight.numel() % kVector != 0) return weight;
  const at::Tensor plain = weight.contiguous();
  at::Tensor narrow = at::empty(plain.sizes(), plain.options().dtype(at::kHalf));
  const auto* const from = plain.const_data_ptr<float>();
  auto* const to = static_cast<Fp16*>(narrow.mutable_data_ptr());
  std::atomic<bool> same = true;
  in_parallel(plain.numel() / kVector, 1 << 12U, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t first = begin * kVector;
    if (!vector_kernels()->narrow(from + first, (end - begin) * kVector, to + first)) same = false;
  });
  return same ? narrow : weight;
}

at::Tensor in_panels(const at::Tensor& weight) {
  const at::Tensor plain = weight.contiguous();
  const std::int64_t panels = plain.size(0) / kPanel;
  at::Tensor packed = at::empty({panels, plain.numel() / plain.size(0), kPanel}, plain.options());
  if (plain.element_size() == sizeof(float)) {
    interleave<float>(plain, packed);
  } else {
    interleave<std::uint16_t>(plain, packed);
  }
  return packed;
}

}  // namespace tstitch::detail
