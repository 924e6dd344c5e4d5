#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/quantity.h"

namespace tstitch {

/// The noise of one picture, as a function of the seed and of where it is used, never of call order.
class NoiseSource {
 public:
  explicit NoiseSource(std::uint64_t seed) : seed_(seed) {}

  /// Replaces the seed's noise: `initial` [1, C, h, w] unit noise (undefined = keep), `steps` [N, 1, C, h, w] of a
  /// whole run or undefined.
  void replace(at::Tensor initial, at::Tensor steps);

  /// The run begins at that evaluation of a whole one, whose noise its own counts on from.
  void enter_at(EvaluationIndex first) { first_ = first.value; }

  /// Where the run computes: its noise is made by the host, the same for all devices, and brought there.
  void place_on(at::Device device) { device_ = device; }
  [[nodiscard]] at::Device device() const { return device_; }

  /// Unit noise of the start, fp32: LibTorch's CPU generator seeded per picture, randn of [C, h, w], so that
  /// a seed starts as in diffusers and ComfyUI. Returned as [1, C, h, w].
  [[nodiscard]] at::Tensor initial(const std::vector<std::int64_t>& shape) const;

  /// Unit noise of one evaluation, fp32: Philox4x32-10 keyed by (seed, evaluation, element) and Box-Muller
  /// (Salmon et al. 2011).
  [[nodiscard]] at::Tensor step(EvaluationIndex evaluation, const std::vector<std::int64_t>& shape) const;

  /// `count` numbers in [0, 1), fp32: Philox keyed by (seed, element), apart from the steps' noise. What stands for the
  /// missing null class of latent diffusion. On the CPU.
  [[nodiscard]] at::Tensor uniform(std::int64_t count) const;

  [[nodiscard]] std::uint64_t seed() const { return seed_; }

 private:
  std::uint64_t seed_;
  int first_ = 0;
  at::Device device_ = at::kCPU;
  at::Tensor initial_;
  at::Tensor steps_;
};

}  // namespace tstitch
