#include "core/control/detection_picture.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "core/base/check.h"
#include "core/base/error.h"

namespace tstitch {
namespace {

constexpr double kShorterSide = 512.0;
constexpr double kMultiple = 64.0;

}  // namespace

cv::Mat detection_picture(const Image& picture) {
  TSTITCH_CHECK(picture.rgb.size() == std::size_t(picture.width) * picture.height * 3, picture.width, "x",
                picture.height);
  if (picture.rgb.empty()) throw BadInput("expected a picture with pixels, found an empty one.");
  // OpenCV takes a non-const pointer but only reads its input.
  const cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data()));
  const double scale = kShorterSide / std::min(picture.width, picture.height);
  const auto side = [&](int own) { return static_cast<int>(std::nearbyint(own * scale / kMultiple) * kMultiple); };
  return detection_resized(rgb, {side(picture.width), side(picture.height)});
}

cv::Mat detection_resized(const cv::Mat& picture, cv::Size size) {
  cv::Mat resized;
  const bool shrinks = size.area() < picture.size().area();
  cv::resize(picture, resized, size, 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LANCZOS4);
  return resized;
}

}  // namespace tstitch
