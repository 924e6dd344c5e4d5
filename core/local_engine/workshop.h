#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/denoise/denoiser.h"
#include "core/local_engine/compute_choice.h"
#include "core/local_engine/file_hashes.h"
#include "core/local_engine/kept_states.h"
#include "core/local_engine/local_engine.h"
#include "core/local_engine/measured_precisions.h"
#include "core/local_engine/measured_times.h"
#include "core/local_engine/model_store.h"
#include "core/local_engine/picture_shelf.h"

namespace tstitch {

/// Whether precisions are tested where that was not done yet: only the lane may compute.
enum class PrecisionTest { No, WhereMissing };

/// What the engine keeps from run to run. Library threads use `options`, `hashes`, `times`, `precisions`, `pictures`
/// and what the store says it holds; everything else is the lane's.
struct Workshop {
  explicit Workshop(LocalEngineOptions chosen)
      : options(std::move(chosen)), hashes(options.cache), times(options.cache), precisions(options.cache) {}

  /// What a run is computed with. `auto` on a processor is what its test found fastest within the bound, for denoisers
  /// that are large enough; fp32 as long as there was none. Throws UsageError for a device that is not there.
  [[nodiscard]] ComputeChoice compute_for(const RunSettings& settings, const ResolvedRun& run,
                                          PrecisionTest test) const;

  LocalEngineOptions options;
  ModelStore store;
  FileHashes hashes;
  MeasuredTimes times;
  MeasuredPrecisions precisions;
  KeptStates states;
  PictureShelf pictures;
  std::map<std::string, std::vector<Conditioning>> conditionings;    ///< by encoder, LoRAs, words and texts
  std::map<std::string, std::shared_ptr<const Image>> control_maps;  ///< by picture, annotator and size
  std::map<std::string, at::Tensor> source_latents;                  ///< by picture, mask, autoencoder and size
  std::map<std::string, std::vector<at::Tensor>> hints;              ///< run_denoisers.h, by control network and map
};

}  // namespace tstitch
