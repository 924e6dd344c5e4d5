#pragma once

#include <exception>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/engine/event.h"

namespace tstitch {

/// Evaluations in a row by one denoiser that were really run, in order of execution, and how long they took together.
struct SegmentTime {
  DenoiserName denoiser;
  int evaluations = 0;
  Seconds seconds;
};

/// What each denoiser took over all its segments.
std::map<DenoiserName, double> seconds_per_denoiser(const std::vector<SegmentTime>& segments);

struct StageSeconds {
  double load = 0;
  double text = 0;
  double sample = 0;
  double decode = 0;
};

/// What a run did, however it ended: `request` is resolved (no default, no auto).
struct RunReport {
  std::vector<SegmentTime> segments;
  std::vector<SavedImage> images;
  StageSeconds seconds;
  GenerationRequest request;
};

struct Finished {
  RunReport report;
};
struct Cancelled {
  RunReport report;
};
struct Failed {
  std::string what, where, hint;
  ExitCode code = ExitCode::Internal;
  RunReport report;
};
using Outcome = std::variant<Finished, Cancelled, Failed>;

/// The report of any ending.
const RunReport& report_of(const Outcome& outcome);

/// The exception as an ending; Interrupted becomes Cancelled, anything unknown an internal error.
Outcome outcome_of(const std::exception_ptr& problem, RunReport report);

}  // namespace tstitch
