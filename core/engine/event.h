#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "core/base/image.h"
#include "core/base/quantity.h"
#include "core/request/generation_request.h"

namespace tstitch {

enum class Stage { Loading, Text, Sampling, Decoding, Saving };

struct StageChanged {
  Stage stage;
};

/// How many evaluations each denoiser makes in the whole job, all its pictures or cells; said once, before the first,
/// and again where a picture was given over to another denoiser.
struct EvaluationCounts {
  std::map<DenoiserName, int> evaluations;
};

/// Bytes of weights read so far, of how many in this run.
struct LoadProgress {
  std::int64_t bytes = 0;
  std::int64_t of = 0;
};

/// Evaluation `evaluation` (0-based) of `of` has begun.
struct StepBegun {
  EvaluationIndex evaluation;
  int of = 0;
  DenoiserName denoiser;
};

/// Evaluation `evaluation` (0-based) of `of` is done.
struct StepDone {
  EvaluationIndex evaluation;
  int of = 0;
  DenoiserName denoiser;
  Sigma sigma;
  Seconds took;
};

/// A picture of the denoised estimate after that evaluation; immutable, shared across threads.
struct PreviewReady {
  EvaluationIndex evaluation;
  DenoiserName denoiser;
  std::shared_ptr<const Image> image;
};

/// A finished file: on disk under its final name before this is said.
struct SavedImage {
  std::filesystem::path file;  ///< absolute
  std::uint64_t seed = 0;
  std::shared_ptr<const Image> image;
};

struct ImageSaved {
  SavedImage image;
};

/// Something worth one line that does not end the run: "the seam moved to the start of Heun's step 4".
struct Warning {
  std::string text;
};

/// In a grid: the following events belong to cell `cell` (its index in the grid's row-major cells) until the next one.
struct CellBegun {
  int cell = 0;
};

/// In a grid: how that cell ended; `error` is empty when it was saved.
struct CellEnded {
  int cell = 0;
  std::filesystem::path file;
  Seconds seconds;
  std::string error;
};

using Event = std::variant<StageChanged, EvaluationCounts, LoadProgress, StepBegun, StepDone, PreviewReady, ImageSaved,
                           Warning, CellBegun, CellEnded>;

/// Called on the engine's thread; must not block.
using EventSink = std::function<void(const Event&)>;

}  // namespace tstitch
