
#include "core/control/soft_edge.h"

#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include <ATen/ops/empty.h>
#include <opencv2/imgproc.hpp>

#include "core/base/stop.h"
#include "core/control/detection_picture.h"

namespace tstitch {
namespace {

using Edges = std::array<at::Tensor, SoftEdgeNetwork::kBlocks>;

/// [1, 3, h, w], 0..255.
at::Tensor network_input(const cv::Mat& rgb) {
  const at::Tensor bytes = at::empty({rgb.rows, rgb.cols, 3}, at::kByte);
  std::memcpy(bytes.mutable_data_ptr(), rgb.data, rgb.total() * rgb.elemSize());
  return bytes.permute({2, 0, 1}).to(at::kFloat).unsqueeze(0);
}

/// The sigmoid of the mean over the resolutions, 0..255, rounded down.
cv::Mat mean_edges(const Edges& edges, cv::Size size) {
  cv::Mat sum(size, CV_32F, cv::Scalar(0));
  for (const at::Tensor& level : edges) {
    const at::Tensor values = level.to(at::kCPU).contiguous();
    const cv::Mat plane(static_cast<int>(values.size(2)), static_cast<int>(values.size(3)), CV_32F,
                        values.mutable_data_ptr());
    cv::Mat full;
    cv::resize(plane, full, size, 0, 0, cv::INTER_LINEAR);
    sum += full;
  }
  cv::Mat levels(size, CV_8U);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double mean = sum.at<float>(y, x) / static_cast<double>(edges.size());
      levels.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(255 / (1 + std::exp(-mean)));
    }
  }
  return levels;
}

}  // namespace

Image soft_edge_map(const SoftEdgeNetwork& network, const Image& picture, at::Device device,
                    const std::stop_token& stop) {
  stop_point(stop);
  cv::setNumThreads(1);  // the engine owns the cores
  const cv::Mat looked_at = detection_picture(picture);
  const cv::Mat levels = mean_edges(network(network_input(looked_at).to(device), stop), looked_at.size());
  cv::Mat full;
  cv::resize(levels, full, {picture.width, picture.height}, 0, 0, cv::INTER_LINEAR);
  Image map{picture.width, picture.height, std::vector<std::uint8_t>(picture.rgb.size())};
  cv::Mat three(map.height, map.width, CV_8UC3, map.rgb.data());
  cv::cvtColor(full, three, cv::COLOR_GRAY2RGB);
  return map;
}

}  // namespace tstitch
