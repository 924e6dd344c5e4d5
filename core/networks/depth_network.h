#pragma once

#include <stop_token>

#include <ATen/core/Tensor.h>

namespace tstitch {

/// Estimates how near the things in a picture are.
class DepthNetwork {
 public:
  virtual ~DepthNetwork() = default;

  /// `picture` [1, 3, H, W], prepared as the network's processor says -> [1, H, W] fp32, not negative, larger where it
  /// is nearer, of no unit. Throws Interrupted between layers.
  virtual at::Tensor operator()(const at::Tensor& picture, const std::stop_token& stop) const = 0;
};

}  // namespace tstitch
