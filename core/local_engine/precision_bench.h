#pragma once

#include <vector>

#include "core/engine/measured_precision.h"

namespace tstitch {

/// Times a small network of the layers that a U-Net has (convolutions, linear layers and attention of 320 and 640
/// channels, in about the shares of a step of Stable Diffusion 1.5) in fp32 and in each of `precisions`, in turn, on
/// the threads that LibTorch is told to use: about a second. Precisions that LibTorch does not compute are left out.
/// Throws Interrupted when a stop is asked for.
std::vector<MeasuredPrecision> measure_precisions(const std::vector<Precision>& precisions);

}  // namespace tstitch
