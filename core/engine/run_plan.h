#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/residency_plan.h"
#include "core/models/model_facts.h"
#include "core/request/request_json.h"
#include "core/trajectory/trajectory.h"

namespace tstitch {

/// Seconds measured on this machine for this size, device, precision and program version; absent = not measured.
struct MeasuredSeconds {
  std::map<DenoiserName, double> evaluation;  ///< one guided evaluation
  std::optional<double> text;
  std::optional<double> decode;
};

/// The second pass of a run, which has a size, a schedule and segments of its own.
struct SecondPlan {
  Extent extent;
  std::vector<Segment> segments;
  std::vector<Evaluation> evaluations;  ///< in order of execution, after all of the first pass
  MeasuredSeconds measured;
};

/// A request resolved against its models, without running anything.
struct RunPlan {
  GenerationRequest request;  ///< no default, no auto
  std::vector<Segment> segments;
  std::vector<Evaluation> evaluations;     ///< in order of execution
  int skipped_evaluations = 0;             ///< of the whole run, which a source picture spares; step noise counts them
  std::vector<int> seam_places;            ///< evaluations that may come before a seam, 0 and all of them included
  std::vector<std::int64_t> latent_shape;  ///< [C, h, w]
  std::vector<ModelFacts> models;          ///< one per denoiser of the request, same order
  int class_count = 0;                     ///< of a run that draws classes; 0 = it takes text
  MeasuredSeconds measured;
  std::optional<SecondPlan> second;
  ResidencyPlan residency;
  Made made;                       ///< how it would be made; no seconds
  std::vector<std::string> notes;  ///< a moved seam, an inherited schedule
};

/// What pictures need and a plan does not: the class of a run that draws `class_count` of them, 0 = none. Throws
/// UsageError naming `--class`.
void require_class(int class_count, const std::optional<int>& class_label);

}  // namespace tstitch
