#pragma once

#include <filesystem>
#include <vector>

#include "core/engine/measured_precision.h"

namespace tstitch {

/// What measure_precisions() found here, kept in the profile: by processor, threads and program version, so that a
/// profile that is carried to another machine is measured anew there. Any thread.
class MeasuredPrecisions {
 public:
  /// `facts`: what is told of the processor (core/system/processor.h).
  explicit MeasuredPrecisions(const std::filesystem::path& cache, std::filesystem::path facts = "/proc/cpuinfo");

  /// Empty where nothing is kept for that.
  [[nodiscard]] std::vector<MeasuredPrecision> of(int threads) const;
  void keep(int threads, const std::vector<MeasuredPrecision>& measured) const;

 private:
  std::filesystem::path file_;
  std::filesystem::path facts_;
};

}  // namespace tstitch
