#pragma once

#include "core/base/image.h"

namespace tstitch {

/// Nearest repeats pixels, Bilinear is for enlarging, Area averages what a pixel covers and is for reducing.
enum class ResizeFilter { Nearest, Bilinear, Area };

/// The picture at another size (both sides at least 1); pixel centres correspond, edges are repeated.
Image resized(const Image& image, int width, int height, ResizeFilter filter);

/// A copy whose longest side is at most `longest`, in proportion; never enlarged.
Image thumbnail(const Image& image, int longest);

}  // namespace tstitch
