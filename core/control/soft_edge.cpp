
#include "core/control/soft_edge.h"

#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "core/base/stop.h"
#include "core/control/detection_picture.h"

namespace tstitch {
namespace {

using Edges = std::array<at::Tensor, SoftEdgeNetwork::kBlocks>;

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
  const Edges edges = network(planes_of(looked_at).to(device), stop);
  return levels_map(mean_edges(edges, looked_at.size()), picture.width, picture.height);
}

}  // namespace tstitch
