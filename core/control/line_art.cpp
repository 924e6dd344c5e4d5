#include "core/control/line_art.h"

#include <opencv2/core.hpp>

#include "core/base/stop.h"
#include "core/control/detection_picture.h"

namespace tstitch {

Image line_art_map(const LineArtNetwork& network, const Image& picture, at::Device device,
                   const std::stop_token& stop) {
  stop_point(stop);
  cv::setNumThreads(1);  // the engine owns the cores
  const cv::Mat looked_at = detection_picture(picture);
  const at::Tensor drawing = network(planes_of(looked_at).div(255).to(device), stop);
  // Dark lines on white, rounded down, then the other way round.
  const at::Tensor levels = drawing.to(at::kCPU).mul(255).clamp(0, 255).to(at::kByte).contiguous();
  const cv::Mat lines(looked_at.rows, looked_at.cols, CV_8U, levels.mutable_data_ptr());
  Image map = levels_map(lines, picture.width, picture.height);
  for (std::uint8_t& level : map.rgb) level = static_cast<std::uint8_t>(255 - level);
  return map;
}

}  // namespace tstitch
