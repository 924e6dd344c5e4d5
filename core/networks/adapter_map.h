#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/configs/adapter_config.h"
#include "core/networks/unet.h"

namespace tstitch {

/// What a T2I-Adapter makes, and what a place of a U-Net takes.
struct FeatureShape {
  int channels = 0;
  int stride = 0;  ///< pixels of the picture, along a side, for each of its places
  friend bool operator==(const FeatureShape&, const FeatureShape&) = default;
};

std::vector<FeatureShape> features_of(const AdapterConfig& adapter);

/// What the levels of the way down take, outermost first, and then the middle, if there is one. `factor`: pixels per
/// latent.
std::vector<FeatureShape> feature_places(const UnetConfig& unet, int factor);

/// `320 at 1/8, 640 at 1/16`: channels and the share of the picture's sides.
std::string text_of(std::span<const FeatureShape> shapes);

/// Which of an adapter's features go to a U-Net: the first ones to its levels, one each, all of which must fit; the
/// next one to its middle where that fits; what is left has no place (diffusers' rule).
struct AdapterMap {
  std::size_t features = 0;  ///< of the adapter
  std::size_t levels = 0;    ///< that take one
  bool middle = false;       ///< takes one

  /// Some feature that a level should take is of another shape than it takes.
  [[nodiscard]] bool empty() const { return levels == 0; }
  [[nodiscard]] std::size_t taken() const { return levels + (middle ? 1 : 0); }

  /// The features where the U-Net adds them, times `scale`.
  [[nodiscard]] UnetResiduals operator()(const std::vector<at::Tensor>& made, double scale) const;
};

AdapterMap adapter_map(const AdapterConfig& adapter, const UnetConfig& unet, int factor);

}  // namespace tstitch
