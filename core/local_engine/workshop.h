#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/denoise/denoiser.h"
#include "core/local_engine/file_hashes.h"
#include "core/local_engine/local_engine.h"
#include "core/local_engine/measured_times.h"
#include "core/local_engine/model_store.h"

namespace tstitch {

/// What the engine keeps from job to job.
struct Workshop {
  explicit Workshop(LocalEngineOptions chosen)
      : options(std::move(chosen)), hashes(options.cache), times(options.cache) {}

  LocalEngineOptions options;
  ModelStore store;
  FileHashes hashes;
  MeasuredTimes times;
  std::map<std::string, std::vector<Conditioning>> conditionings;    ///< by encoder, LoRAs, words and texts
  std::map<std::string, std::shared_ptr<const Image>> control_maps;  ///< by picture, annotator and size
  std::map<std::string, std::vector<at::Tensor>> hints;              ///< run_denoisers.h, by control network and map
};

}  // namespace tstitch
