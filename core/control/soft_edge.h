#pragma once

#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/base/image.h"
#include "core/networks/soft_edge.h"

namespace tstitch {

/// The edges of a picture as a control map of its size, looked at with the shorter side 512: the sigmoid of the mean of
/// what the network says at its five resolutions, white on black. Throws BadInput for an empty picture, Interrupted.
Image soft_edge_map(const SoftEdgeNetwork& network, const Image& picture, at::Device device,
                    const std::stop_token& stop);

}  // namespace tstitch
