#pragma once

#include "core/engine/engine.h"

namespace tstitch {

/// Where a job's models lie on each of several engines. The request has the places of the first; others find the models
/// by their hashes, else at the same places.
class LaneModels {
 public:
  LaneModels(Engine& first, const GenerationRequest& request, const RunSettings& settings);

  /// Puts the lane's places into a request that names the same models. Throws EngineUnavailable where the lane does not
  /// have them.
  void give(GenerationRequest& request, Engine& lane) const;

 private:
  Engine& first_;
  RunSettings settings_;
  GenerationRequest asked_;       ///< with the places of the first
  GenerationRequest identified_;  ///< with hashes, without places
};

}  // namespace tstitch
