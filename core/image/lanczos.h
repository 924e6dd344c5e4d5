#pragma once

#include "core/base/image.h"

namespace tstitch {

/// The picture at another size (both sides at least 1) by a windowed sinc of three lobes, widened where it is reduced:
/// equal, bit for bit, to Pillow's `resize((width, height), LANCZOS)`, with which diffusers brings control pictures to
/// the size of a run.
Image lanczos_resized(const Image& image, int width, int height);

}  // namespace tstitch
