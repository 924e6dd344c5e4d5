#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace tstitch {

/// What one ratio costs and how far its pictures are from those of the large denoiser alone; means over a grid's cells.
struct RatioPoint {
  int percent = 0;
  double seconds = 0;
  double rms = 0;
  double ssim = 1;
};

/// Where a little more difference stops buying much time: the point farthest from the chord of the first and the last
/// one, with seconds and RMS both scaled to 0..1. Nothing for fewer than three points, and where all lie on the chord.
std::optional<std::size_t> knee_of(const std::vector<RatioPoint>& points);

}  // namespace tstitch
