#pragma once

#include <string>
#include <vector>

#include "core/base/image.h"

namespace tstitch {

/// One picture of an animation, and how long it stands.
struct AnimationFrame {
  Image image;
  int milliseconds = 100;
};

/// An animated WebP that begins anew at its end, without loss. All frames have one size. Throws BadInput for none, for
/// sizes that differ and for a side beyond the format's 16,383.
std::string encode_webp_animation(const std::vector<AnimationFrame>& frames);

}  // namespace tstitch
