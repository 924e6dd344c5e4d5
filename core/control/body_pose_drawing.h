#pragma once

#include <vector>

#include "core/base/image.h"
#include "core/control/body_pose_decoding.h"

namespace tstitch {

/// Bodies, in the pixels of a picture of that size, as the published pose ControlNets were trained on them: on black,
/// first every limb as a slim ellipse in the hue of its number at 60 % of its brightness, then every part as a disc in
/// the hue of its number; both are 8 pixels wide where the shorter side has 512.
Image draw_bodies(const std::vector<Body>& bodies, int width, int height);

}  // namespace tstitch
