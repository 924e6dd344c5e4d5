#pragma once

#include <string>
#include <vector>

#include "core/request/generation_request.h"
#include "core/schedule/sigma_schedule.h"

namespace tstitch {

/// A planned run: which noise levels are visited, and who answers at each evaluation.
/// Invariants: the segments' evaluations are positive and add up to the schedule's evaluations; neighbouring segments
/// have different denoisers, different guidance or different texts.
struct Trajectory {
  SigmaSchedule schedule;
  std::vector<Segment> segments;

  [[nodiscard]] int evaluations() const { return static_cast<int>(schedule.evaluations.size()); }
  [[nodiscard]] const Segment& segment_at(EvaluationIndex evaluation) const;
  /// Names of the denoisers that really run, each once, in order of first use.
  [[nodiscard]] std::vector<DenoiserName> denoisers() const;
  /// First evaluation of each segment but the first.
  [[nodiscard]] std::vector<EvaluationIndex> seams() const;
};

/// How many evaluations may come before a seam, ascending, 0 and all of them included. A step of Heun or of PNDM's
/// Runge-Kutta start is not cut.
std::vector<int> seam_places(const SigmaSchedule& schedule);

/// The denoisers as shares name them: `small`, the others in the order of the request, `large`. Where one of the two
/// names is missing, the first or the last of the request takes its part.
std::vector<DenoiserName> names_by_cost(const std::vector<DenoiserChoice>& denoisers);

/// Resolves the request's ratio or segments against the schedule. A ratio's seam that would fall inside a step of Heun
/// or of PNDM's Runge-Kutta start moves to that step's start (core/schedule/README.md); `note` then says so, else it is
/// empty. One share is the small denoiser's, the rest the large one's (with further denoisers `dit-multi` reads it as
/// `dit`); several shares go to names_by_cost(); a single denoiser takes everything. Each segment's guidance is
/// resolved: its own, else its denoiser's, else the request's. Throws UsageError for segments that do not add up,
/// unknown names, or a seam inside a step (with the two nearest counts).
Trajectory make_trajectory(const GenerationRequest& request, SigmaSchedule schedule, std::string* note = nullptr);

}  // namespace tstitch
