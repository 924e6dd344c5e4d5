#pragma once

namespace tstitch::ui {

/// Evaluations of a run or of one pass of it, and how many of them are the small denoiser's.
struct PassCounts {
  int small = 0;
  int evaluations = 0;
  friend bool operator==(const PassCounts&, const PassCounts&) = default;
};

}  // namespace tstitch::ui
