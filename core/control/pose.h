#pragma once

#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/base/image.h"
#include "core/networks/body_pose.h"

namespace tstitch {

/// The people of a picture as a control map of its size: looked at with the shorter side 512, shown to the network 184
/// pixels high, found (body_pose_decoding.h) and drawn (body_pose_drawing.h). Throws BadInput for an empty picture and
/// for one too wide for its height, Interrupted.
Image pose_map(const BodyPoseNetwork& network, const Image& picture, at::Device device, const std::stop_token& stop);

}  // namespace tstitch
