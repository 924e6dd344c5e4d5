#pragma once

#include "core/base/image.h"

namespace tstitch {

/// Two ways, beside stretching, to give a picture another shape without distorting it; both resize by Lanczos.

/// The smallest enlargement or reduction that covers width x height, its middle cut out; diffusers'
/// `resize_mode="crop"`.
Image cropped_to(const Image& image, int width, int height);

/// The sides that a picture has when it lies whole in width x height and touches two edges; at least 1.
struct InnerSides {
  int width = 0;
  int height = 0;
};
InnerSides inner_sides(const Image& image, int width, int height);

/// The picture in the middle of a black one of width x height, which must not be smaller.
Image with_borders(const Image& image, int width, int height);

}  // namespace tstitch
