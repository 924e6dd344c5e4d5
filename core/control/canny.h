#pragma once

#include "core/base/image.h"

namespace tstitch {

/// Hysteresis thresholds on the gradient's L1 norm, 0..; the defaults are those of the published canny ControlNets.
struct CannyThresholds {
  double low = 100;
  double high = 200;
};

/// The edges of a picture as a white-on-black control map of the same size (three equal channels), equal to
/// `cv2.Canny(rgb_array, low, high)`: a pixel's gradient is that of the channel where it is largest.
/// Throws BadInput when OpenCV refuses the picture, OutOfMemory when it cannot get memory.
Image canny_map(const Image& picture, CannyThresholds thresholds = {});

}  // namespace tstitch
