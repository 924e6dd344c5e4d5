#pragma once

#include "core/base/image.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// The edges of a picture as a white-on-black control map of the same size (three equal channels), equal to
/// `cv2.Canny(rgb_array, low, high)`: a pixel's gradient is that of the channel where it is largest.
/// Throws BadInput when OpenCV refuses the picture, OutOfMemory when it cannot get memory.
Image canny_map(const Image& picture, CannyThresholds thresholds = {});

}  // namespace tstitch
