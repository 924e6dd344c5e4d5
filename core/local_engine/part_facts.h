#pragma once

#include <cstdint>
#include <string>

#include "core/configs/model_config.h"
#include "core/local_engine/harmless_tensors.h"
#include "core/local_engine/model_parts.h"
#include "core/models/model_facts.h"
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

/// The same for an autoencoder, both halves, and for a denoiser of either kind.
void require_autoencoder(const WeightSource& weights, const VaeConfig& config);
void require_autoencoder(const WeightSource& weights, const TinyVaeConfig& config);
void require_autoencoder(const WeightSource& weights, const VqConfig& config);
void require_tiny_decoder(const WeightSource& weights, const TinyVaeConfig& config);
void require_denoiser(const WeightSource& weights, const NetworkConfig& config);

/// Of the weights of an autoencoder's encoder; empty where the names are others.
std::string encoder_fingerprint(const WeightSource& weights);

std::int64_t element_count(const WeightSource& weights);

/// The file does not say which family's noise levels `ays` means; the network's shape does.
std::optional<FamilyTable> family_table_of(const NetworkConfig& network);

/// Fills in what a network's config and the headers of its files tell.
void describe_network(ModelFacts& facts, const NetworkConfig& network, const WeightSource& weights);

/// The published scale of the latents that a network of the Stable Diffusion families works on.
double published_scale(const NetworkConfig& network);
/// The latents of a model that has no autoencoder of its own: its family's.
LatentSpace presumed_latents(const NetworkConfig& network);

/// Sides of pictures are multiples of it, in pixels: a transformer takes whole patches.
int size_multiple(const LatentSpace& space, const NetworkConfig& network);

/// The latents that a model works on, and the sizes of pictures that follow.
void take_latent_space(ModelFacts& facts, const LatentSpace& space, const NetworkConfig& network);

/// Makes a network's model class-conditional; a thousand classes are ImageNet's until its files say otherwise.
void take_classes(ModelFacts& facts, int count);

/// The type that most numbers of a file are kept in: `fp32`, `fp16`, `fp8`, ...
std::string stored_dtype(const WeightSource& weights);

}  // namespace tstitch
