#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/measured_pair.h"
#include "core/engine/outcome.h"
#include "core/engine/run_plan.h"
#include "core/local_engine/resolved_run.h"

namespace tstitch {

/// Seconds measured on this machine, shared by window and command line. Keyed by the model's file (path, size, time of
/// change, inode), picture size, passes of an evaluation, device, precision, threads and program version.
class MeasuredTimes {
 public:
  explicit MeasuredTimes(const std::filesystem::path& cache);

  [[nodiscard]] MeasuredSeconds of(const ResolvedRun& run, const std::string& place) const;
  /// Takes up what a run measured: the seconds of an evaluation are smoothed with what is known already. Segments of
  /// the run with other guidance may take another number of passes; times of one denoiser that mix them tell nothing.
  void add(const ResolvedRun& run, const std::string& place, const RunReport& report);
  /// Likewise, of a run that was made to measure: what was known is forgotten.
  void replace(const ResolvedRun& run, const std::string& place, const RunReport& report);

  /// Runs of several denoisers, each of which was timed, the newest first; the last 300 are remembered.
  [[nodiscard]] std::vector<MeasuredPair> pairs() const;

 private:
  void take(const ResolvedRun& run, const std::string& place, const RunReport& report, double share);

  std::filesystem::path file_;
};

}  // namespace tstitch
