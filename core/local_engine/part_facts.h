#pragma once

#include <cstdint>
#include <string>

#include "core/engine/model_facts.h"
#include "core/formats/model_config.h"
#include "core/local_engine/harmless_tensors.h"
#include "core/weights/weight_scope.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// Builds a part from names and shapes alone, so that a file that does not fit its config is refused before anything is
/// read, and whole: what a run loads later in pieces is checked together here.
template <class... Parts, class Config>
void require_structure(const WeightSource& weights, const Config& config) {
  BuildOptions shapes_only;
  shapes_only.device = at::kMeta;
  const WeightScope root(weights, shapes_only);
  (static_cast<void>(Parts(root, config)), ...);
  root.require_complete(harmless_tensors());
}

/// Of the weights of an autoencoder's encoder; empty where the names are others.
std::string encoder_fingerprint(const WeightSource& weights);

std::int64_t element_count(const WeightSource& weights);

/// The file does not say which family's noise levels `ays` means; the network's shape does.
FamilyTable family_table_of(const UnetConfig& network);

/// Fills in what a U-Net's config and the headers of its files tell.
void describe_network(ModelFacts& facts, const UnetConfig& network, const WeightSource& weights);

/// `fp32`, `fp16`, ...
std::string dtype_name(at::ScalarType type);

}  // namespace tstitch
