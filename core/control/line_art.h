#pragma once

#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/base/image.h"
#include "core/networks/line_art.h"

namespace tstitch {

/// A line drawing of a picture as a control map of its size, looked at with the shorter side 512: white lines on black.
/// Throws BadInput for an empty picture, Interrupted.
Image line_art_map(const LineArtNetwork& network, const Image& picture, at::Device device, const std::stop_token& stop);

}  // namespace tstitch
