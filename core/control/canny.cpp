#include "core/control/canny.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/check.h"
#include "core/base/error.h"

namespace tstitch {

Image canny_map(const Image& picture, CannyThresholds thresholds) {
  TSTITCH_CHECK(picture.rgb.size() == std::size_t(picture.width) * picture.height * 3, picture.width, "x",
                picture.height);
  if (picture.rgb.empty()) throw BadInput("expected a picture with pixels, found an empty one.");
  Image map{picture.width, picture.height, std::vector<std::uint8_t>(picture.rgb.size())};
  try {
    // The engine owns the cores; edges of one picture need no pool of threads beside it.
    cv::setNumThreads(1);
    // OpenCV takes a non-const pointer but only reads its input.
    const cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data()));
    cv::Mat edges;
    cv::Canny(rgb, edges, thresholds.low, thresholds.high);
    cv::Mat three(map.height, map.width, CV_8UC3, map.rgb.data());
    cv::cvtColor(edges, three, cv::COLOR_GRAY2RGB);
  } catch (const cv::Exception& problem) {
    if (problem.code == cv::Error::StsNoMem) throw OutOfMemory("no memory for the edges of the picture.");
    throw BadInput(concat("OpenCV could not find edges: ", problem.err, "."));
  }
  return map;
}

}  // namespace tstitch
