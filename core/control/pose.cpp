#include "core/control/pose.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/control/body_pose_decoding.h"
#include "core/control/body_pose_drawing.h"
#include "core/control/detection_picture.h"

namespace tstitch {
namespace {

constexpr int kNetworkHeight = 184;  // half of the height on which bodies were learnt
constexpr int kWidest = 4096;
constexpr int kStride = static_cast<int>(BodyPoseNetwork::kStride);
constexpr double kGrey = 128;  // around the picture where a side is no multiple of the stride

int whole_cells(int side) {
  return (side + kStride - 1) / kStride * kStride;
}

/// [1, 3, h, w], blue, green, red, value / 256 - 0.5.
at::Tensor network_input(const cv::Mat& rgb) {
  cv::Mat bgr, full;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  cv::copyMakeBorder(bgr, full, 0, whole_cells(bgr.rows) - bgr.rows, 0, whole_cells(bgr.cols) - bgr.cols,
                     cv::BORDER_CONSTANT, cv::Scalar::all(kGrey));
  return planes_of(full).div(256).sub(0.5);
}

/// The planes [1, C, h, w] at the size of the picture that was looked at: cells to pixels, grey border off, resized.
std::vector<cv::Mat> planes_at(const at::Tensor& cells, cv::Size seen, cv::Size size) {
  const at::Tensor values = cells.to(at::kCPU).contiguous();
  const auto rows = static_cast<int>(values.size(2));
  const auto columns = static_cast<int>(values.size(3));
  std::vector<cv::Mat> planes;
  for (std::int64_t i = 0; i < values.size(1); ++i) {
    const cv::Mat plane(rows, columns, CV_32F, values[0][i].mutable_data_ptr());
    cv::Mat pixels, whole;
    cv::resize(plane, pixels, {columns * kStride, rows * kStride}, 0, 0, cv::INTER_CUBIC);
    cv::resize(pixels(cv::Rect({0, 0}, seen)), whole, size, 0, 0, cv::INTER_CUBIC);
    planes.push_back(std::move(whole));
  }
  return planes;
}

void move_to(std::vector<Body>& bodies, double across, double down) {
  for (Body& body : bodies) {
    for (auto& part : body.parts) {
      if (part) part = cv::Point2d(part->x * across, part->y * down);
    }
  }
}

}  // namespace

Image pose_map(const BodyPoseNetwork& network, const Image& picture, at::Device device, const std::stop_token& stop) {
  stop_point(stop);
  cv::setNumThreads(1);  // the engine owns the cores
  const cv::Mat looked_at = detection_picture(picture);
  const double scale = static_cast<double>(kNetworkHeight) / looked_at.rows;
  const cv::Size seen(std::max(1, static_cast<int>(std::lround(looked_at.cols * scale))), kNetworkHeight);
  if (seen.width > kWidest) throw BadInput("the picture is too wide for its height to look for people in it.");
  const auto out = network(network_input(detection_resized(looked_at, seen)).to(device), stop);
  stop_point(stop);
  std::vector<Body> bodies =
      decode_bodies(planes_at(out.maps, seen, looked_at.size()), planes_at(out.fields, seen, looked_at.size()));
  move_to(bodies, static_cast<double>(picture.width) / looked_at.cols,
          static_cast<double>(picture.height) / looked_at.rows);
  return draw_bodies(bodies, picture.width, picture.height);
}

}  // namespace tstitch
