#include "core/control/detection_picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <ATen/ops/empty.h>
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

at::Tensor planes_of(const cv::Mat& picture) {
  TSTITCH_CHECK(picture.type() == CV_8UC3 && picture.isContinuous(), "type ", picture.type());
  const at::Tensor bytes = at::empty({picture.rows, picture.cols, 3}, at::kByte);
  std::memcpy(bytes.mutable_data_ptr(), picture.data, picture.total() * picture.elemSize());
  return bytes.permute({2, 0, 1}).to(at::kFloat).unsqueeze(0);
}

Image levels_map(const cv::Mat& levels, int width, int height) {
  cv::Mat full;
  cv::resize(levels, full, {width, height}, 0, 0, cv::INTER_LINEAR);
  Image map{width, height, std::vector<std::uint8_t>(std::size_t(3) * width * height)};
  cv::Mat three(height, width, CV_8UC3, map.rgb.data());
  cv::cvtColor(full, three, cv::COLOR_GRAY2RGB);
  return map;
}

}  // namespace tstitch
