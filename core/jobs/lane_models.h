#pragma once

#include "core/engine/engine.h"

namespace tstitch {

/// Where a job's models lie on each of several engines. The request has the places of the first; others find the models
/// by their hashes, else at the same places.
class LaneModels {
 public:
  LaneModels(Engine& first, const GenerationRequest& request, const RunSettings& settings);

  /// The request with the lane's places. Throws EngineUnavailable where the lane does not have the models.
  [[nodiscard]] GenerationRequest on(Engine& lane) const;

 private:
  Engine& first_;
  RunSettings settings_;
  GenerationRequest asked_;       ///< with the places of the first
  GenerationRequest identified_;  ///< with hashes, without places
};

/// Copies where the models lie into a request that names the same ones.
void copy_model_places(const GenerationRequest& from, GenerationRequest& to);

}  // namespace tstitch
