#pragma once

#include <cstdint>
#include <optional>

#include "core/base/image.h"

namespace tstitch {

/// How far two pictures of one size are apart.
struct PictureDifference {
  double rms = 0;   ///< root of the mean squared difference over R, G and B, each 0..1
  double psnr = 0;  ///< dB against 255; infinite where nothing differs
  /// Structural similarity (Wang et al. 2004) as scikit-image's defaults have it: uniform windows of 7x7, sample
  /// covariance, K1 0.01, K2 0.03, data range 255, the mean over windows that lie inside and over channels. Nothing
  /// where a side is shorter than a window.
  std::optional<double> ssim;
};

/// Throws UsageError where the sizes differ or there are no pixels.
PictureDifference picture_difference(const Image& a, const Image& b);

/// Where two pictures of one size differ: dark where they do not, bright yellow where they differ most.
struct DifferenceMap {
  Image image;
  int greatest = 0;  ///< of all channels, 0..255: what the brightest colour stands for
};

/// A pixel shows its channel that differs most. Throws UsageError as picture_difference() does.
DifferenceMap difference_map(const Image& a, const Image& b);

}  // namespace tstitch
