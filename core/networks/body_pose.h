#pragma once

#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// Sizes of BodyPoseNetwork; defaults are those of the published body_pose_model.
struct BodyPoseShape {
  std::array<int, 4> vgg{64, 128, 256, 512};  ///< of VGG-19's four groups of convolutions, halved twice after them
  int first_stage = 512;                      ///< before the first stage's results
  int stage = 128;                            ///< of the features and inside the stages
  int stages = 6;
};

/// The body network of "Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields" (Cao et al. 2017, figure
/// 3): the first ten convolutions of VGG-19 and two more give features; stages, each seeing the features and the stage
/// before, refine fields of limbs (branch L1) and maps of parts (branch L2). Names of body_pose_model.pth, with
/// and without the parts (`model0`, `model1_1`, ...) in front.
class BodyPoseNetwork {
 public:
  static constexpr std::int64_t kStride = 8;
  static constexpr std::int64_t kFields = 38;  ///< x and y of 19 limbs
  static constexpr std::int64_t kMaps = 19;    ///< 18 parts and, last, the background

  explicit BodyPoseNetwork(const WeightScope& at, const BodyPoseShape& shape = {});

  struct Output {
    at::Tensor fields;  ///< [B, 38, H/8, W/8] fp32
    at::Tensor maps;    ///< [B, 19, H/8, W/8] fp32
  };

  /// `picture` [B, 3, H, W], blue, green, red, value / 256 - 0.5, sides multiples of 8. Throws Interrupted between
  /// layers.
  Output operator()(const at::Tensor& picture, const std::stop_token& stop) const;

 private:
  using Layers = std::vector<Conv2d>;  ///< relu between them
  struct Stage {
    Layers fields, maps;
  };
  static Layers take_stage(const WeightScope& at, int stage, const std::string& branch, std::int64_t out,
                           const BodyPoseShape& shape);

  at::ScalarType type_;
  std::vector<Layers> features_;  ///< groups with a halving of the resolution between them
  std::vector<Stage> stages_;
};

}  // namespace tstitch
