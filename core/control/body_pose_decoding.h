#pragma once

#include <array>
#include <optional>
#include <vector>

#include <opencv2/core.hpp>

namespace tstitch {

/// The parts of a body in the order of the network's maps.
enum class BodyPart {
  Nose,
  Neck,
  RightShoulder,
  RightElbow,
  RightWrist,
  LeftShoulder,
  LeftElbow,
  LeftWrist,
  RightHip,
  RightKnee,
  RightAnkle,
  LeftHip,
  LeftKnee,
  LeftAnkle,
  RightEye,
  LeftEye,
  RightEar,
  LeftEar
};
inline constexpr std::size_t kBodyParts = 18;

/// Two parts that belong together, and where the network's field between them is.
struct BodyLimb {
  BodyPart from;
  BodyPart to;
  int field;  ///< channel of the field's x; y is the next one
};

/// In the order in which bodies are put together. The last two, from ears to shoulders, only join what is there and are
/// not drawn.
inline constexpr std::array kBodyLimbs{BodyLimb{BodyPart::Neck, BodyPart::RightShoulder, 12},
                                       BodyLimb{BodyPart::Neck, BodyPart::LeftShoulder, 20},
                                       BodyLimb{BodyPart::RightShoulder, BodyPart::RightElbow, 14},
                                       BodyLimb{BodyPart::RightElbow, BodyPart::RightWrist, 16},
                                       BodyLimb{BodyPart::LeftShoulder, BodyPart::LeftElbow, 22},
                                       BodyLimb{BodyPart::LeftElbow, BodyPart::LeftWrist, 24},
                                       BodyLimb{BodyPart::Neck, BodyPart::RightHip, 0},
                                       BodyLimb{BodyPart::RightHip, BodyPart::RightKnee, 2},
                                       BodyLimb{BodyPart::RightKnee, BodyPart::RightAnkle, 4},
                                       BodyLimb{BodyPart::Neck, BodyPart::LeftHip, 6},
                                       BodyLimb{BodyPart::LeftHip, BodyPart::LeftKnee, 8},
                                       BodyLimb{BodyPart::LeftKnee, BodyPart::LeftAnkle, 10},
                                       BodyLimb{BodyPart::Neck, BodyPart::Nose, 28},
                                       BodyLimb{BodyPart::Nose, BodyPart::RightEye, 30},
                                       BodyLimb{BodyPart::RightEye, BodyPart::RightEar, 34},
                                       BodyLimb{BodyPart::Nose, BodyPart::LeftEye, 32},
                                       BodyLimb{BodyPart::LeftEye, BodyPart::LeftEar, 36},
                                       BodyLimb{BodyPart::RightShoulder, BodyPart::RightEar, 18},
                                       BodyLimb{BodyPart::LeftShoulder, BodyPart::LeftEar, 26}};
inline constexpr std::size_t kDrawnLimbs = 17;

/// A body as far as it was found: places in the pixels of the maps.
struct Body {
  std::array<std::optional<cv::Point2d>, kBodyParts> parts;

  [[nodiscard]] const std::optional<cv::Point2d>& at(BodyPart part) const {
    return parts[static_cast<std::size_t>(part)];
  }
};

struct BodyPoseThresholds {
  double part = 0.1;   ///< of a map's peak
  double limb = 0.05;  ///< of a field's component along the limb
};

/// Puts bodies together from the network's maps and fields, resized to one size (Cao et al. 2017, sections 2.3
/// and 2.4): peaks of the smoothed maps are candidates; candidates at both ends of a limb are scored by the field
/// between them and matched greedily, best first; limbs that share a candidate make a body. Bodies with fewer than four
/// parts, or with a mean score below 0.4, are dropped. `maps` 18 (or, with the background, 19) and `fields` 38 planes
/// of CV_32F and equal size.
std::vector<Body> decode_bodies(const std::vector<cv::Mat>& maps, const std::vector<cv::Mat>& fields,
                                const BodyPoseThresholds& thresholds = {});

}  // namespace tstitch
