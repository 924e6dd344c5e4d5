#pragma once

#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/engine/event.h"
#include "core/engine/host_tensor.h"
#include "core/request/request_json.h"

namespace tstitch {

/// Evaluations in a row by one denoiser that were really run, in order of execution, and how long they took together.
struct SegmentTime {
  DenoiserName denoiser;
  int evaluations = 0;
  Seconds seconds;
};

/// Adds what came after: neighbours of one denoiser become one.
void append_segments(std::vector<SegmentTime>& segments, const std::vector<SegmentTime>& further);

/// What each denoiser took over all its segments.
std::map<DenoiserName, double> seconds_per_denoiser(const std::vector<SegmentTime>& segments);

/// What happened at one evaluation.
struct EvaluationRecord {
  HostTensor latent;    ///< [1, C, h, w] before it, in diffusers' state of the sampler
  HostTensor denoised;  ///< [1, C, h, w] from the guided prediction
  DenoiserName denoiser;
};

/// A picture with all that is known of it; where it is written is the asking side's affair.
struct MadePicture {
  std::shared_ptr<const Image> image;
  GenerationRequest request;             ///< resolved, with the hashes of the files that were read
  Made made;                             ///< its seconds are those of the whole way from the noise, whoever made it
  std::vector<Segment> segments;         ///< as planned
  std::optional<HostTensor> latents;     ///< [1, C, h, w] that it was decoded from, where wanted
  std::vector<EvaluationRecord> record;  ///< where wanted
};

struct StageSeconds {
  double load = 0;
  double text = 0;
  double sample = 0;
  double decode = 0;
};

/// What a run or a job did, however it ended: `request` is resolved (no default, no auto).
struct RunReport {
  std::vector<SegmentTime> segments;
  std::optional<MadePicture> picture;  ///< of a run; of a job, the one that could not be saved
  std::vector<SavedImage> images;      ///< of a job
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
RunReport& report_of(Outcome& outcome);

/// What made it fail, as it was thrown.
Error error_of(const Failed& failed);

/// The exception as an ending; Interrupted becomes Cancelled, anything unknown an internal error.
Outcome outcome_of(const std::exception_ptr& problem, RunReport report);

}  // namespace tstitch
