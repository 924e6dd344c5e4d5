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
#include "core/local_engine/measured_times.h"
#include "core/local_engine/model_store.h"
#include "core/local_engine/picture_shelf.h"

namespace tstitch {

/// What the engine keeps from run to run. Library threads use `options`, `hashes`, `times`, `pictures` and what the
/// store says it holds; everything else is the lane's.
struct Workshop {
  explicit Workshop(LocalEngineOptions chosen)
      : options(std::move(chosen)), hashes(options.cache), times(options.cache) {}

  /// Throws UsageError for a device that is not there.
  [[nodiscard]] ComputeChoice compute_for(const RunSettings& settings) const {
    ComputeChoice choice = choose_compute(settings, options.plugins, options.torch_libraries);
    if (!options.device.empty()) {
      choice.device = at::Device(options.device);
      choice.chosen.name = options.device;
    }
    return choice;
  }

  LocalEngineOptions options;
  ModelStore store;
  FileHashes hashes;
  MeasuredTimes times;
  KeptStates states;
  PictureShelf pictures;
  std::map<std::string, std::vector<Conditioning>> conditionings;    ///< by encoder, LoRAs, words and texts
  std::map<std::string, std::shared_ptr<const Image>> control_maps;  ///< by picture, annotator and size
  std::map<std::string, at::Tensor> source_latents;                  ///< by picture, mask, autoencoder and size
  std::map<std::string, std::vector<at::Tensor>> hints;              ///< run_denoisers.h, by control network and map
};

}  // namespace tstitch
