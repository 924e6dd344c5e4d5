#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace tstitch {

/// Pictures that show an auto-encoder what colours look like: patches of several sizes, gradients and shaded discs.
/// Each [1, 3, side, side] fp32 in -1..1, on the CPU; the same in every call. `side` is at least 16.
std::vector<at::Tensor> synthetic_pictures(std::int64_t side);

}  // namespace tstitch
