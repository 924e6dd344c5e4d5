#pragma once

#include <opencv2/core.hpp>

#include "core/base/image.h"

namespace tstitch {

/// A picture at the size at which the published pose and edge annotators look at it: the shorter side 512, both rounded
/// to multiples of 64. CV_8UC3, red, green, blue.
cv::Mat detection_picture(const Image& picture);

/// Resized as those annotators do: by area where it shrinks, else by Lanczos' filter.
cv::Mat detection_resized(const cv::Mat& picture, cv::Size size);

}  // namespace tstitch
