#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isnan.h>
#include <gtest/gtest.h>

#include "core/cuda/plugin_api.h"

namespace tstitch::test {

inline constexpr std::array kElements{at::kFloat, at::kHalf, at::kBFloat16};

inline TstitchElement element_of(at::ScalarType type) {
  return type == at::kHalf ? kTstitchFloat16 : type == at::kBFloat16 ? kTstitchBFloat16 : kTstitchFloat32;
}

/// Memory with NaN on both sides: whoever reads there gets it, whoever writes there is seen.
class Fenced {
 public:
  /// Some elements of `type`, `offset` of them after a place that suits any pack.
  Fenced(std::int64_t size, at::ScalarType type, std::int64_t offset = 0)
      : all_(at::full({size + 2 * kFence + offset}, std::numeric_limits<double>::quiet_NaN(), type)),
        size_(size),
        begin_(kFence + offset) {}
  /// A copy of `values`.
  explicit Fenced(const at::Tensor& values, std::int64_t offset = 0)
      : Fenced(values.numel(), values.scalar_type(), offset) {
    inside().copy_(values.reshape({-1}));
  }

  [[nodiscard]] at::Tensor inside() const { return all_.narrow(0, begin_, size_); }
  [[nodiscard]] void* data() const { return inside().data_ptr(); }
  [[nodiscard]] bool is_intact() const {
    return at::isnan(all_.narrow(0, 0, begin_)).all().item<bool>() &&
           at::isnan(all_.narrow(0, begin_ + size_, all_.numel() - begin_ - size_)).all().item<bool>();
  }

 private:
  static constexpr std::int64_t kFence = 64;

  at::Tensor all_;
  std::int64_t size_;
  std::int64_t begin_;
};

/// Half a unit in the last place.
inline double rounding_of(at::ScalarType type) {
  return type == at::kHalf ? 0x1p-11 : type == at::kBFloat16 ? 0x1p-8 : 0x1p-24;
}

/// `actual` is `exact` (doubles) but for its type's rounding of each element and an error of float arithmetic that is
/// `slack` of the largest, or of 1.
inline testing::AssertionResult is_rounded(const at::Tensor& actual, const at::Tensor& exact, double slack = 2e-6) {
  const at::Tensor off = (actual.to(at::kDouble).reshape({-1}) - exact.reshape({-1})).abs();
  const at::Tensor bound =
      exact.reshape({-1}).abs() * rounding_of(actual.scalar_type()) + exact.abs().max().clamp_min(1) * slack;
  if ((off <= bound).all().item<bool>()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "off by " << off.max().item<double>() << " where " << bound.max().item<double>()
                                     << " is the most";
}

}  // namespace tstitch::test
