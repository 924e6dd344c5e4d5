#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/request/generation_request.h"

namespace tstitch {

/// What SDXL is told besides the text, [1, 6] fp32: original height, width, crop top, left, target height, width. Sizes
/// that are not given are the picture's.
at::Tensor time_ids(const MicroConditioning& micro, Extent picture);

/// SDXL's refiner: the same with the aesthetic score in place of the target, [1, 5] fp32.
at::Tensor refiner_time_ids(const MicroConditioning& micro, Extent picture, double aesthetic_score);

/// The guidance embedding of LCM U-Nets (Luo et al. 2023, section 4.3; diffusers' get_guidance_scale_embedding):
/// sinusoids of 1000 * (guidance - 1), sines first, [1, width] fp32. An odd width ends with a zero.
at::Tensor guidance_embedding(double guidance, std::int64_t width);

}  // namespace tstitch
