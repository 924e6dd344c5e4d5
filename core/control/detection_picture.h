#pragma once

#include <ATen/core/Tensor.h>
#include <opencv2/core.hpp>

#include "core/base/image.h"

namespace tstitch {

/// A picture at the size at which the published pose and edge annotators look at it: the shorter side 512, both rounded
/// to multiples of 64. CV_8UC3, red, green, blue.
cv::Mat detection_picture(const Image& picture);

/// Resized as those annotators do: by area where it shrinks, else by Lanczos' filter.
cv::Mat detection_resized(const cv::Mat& picture, cv::Size size);

/// The values of a CV_8UC3 picture as planes, [1, 3, h, w] fp32 on the CPU, 0..255.
at::Tensor planes_of(const cv::Mat& picture);

/// Levels (CV_8U) as a control map of that size with three equal channels.
Image levels_map(const cv::Mat& levels, int width, int height);

}  // namespace tstitch
