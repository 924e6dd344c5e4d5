#pragma once

#include <memory>
#include <utility>

#include "core/configs/inferred_config.h"
#include "core/configs/single_file.h"
#include "core/networks/class_embedder.h"
#include "core/networks/dit.h"
#include "core/networks/unet.h"
#include "core/weights/mapped_source.h"

namespace tstitch::test {

/// Class-conditional networks from checkpoints in the layouts in which they were first published.

inline constexpr const char* kCheckpoint = "checkpoint";

inline SingleFile parts_of(const WeightSource& checkpoint) {
  return map_single_file(shapes_of(checkpoint), kCheckpoint);
}

inline Dit build_class_dit(const std::shared_ptr<const WeightSource>& checkpoint, const BuildOptions& options) {
  const TensorMap part = parts_of(*checkpoint).dit;
  const MappedSource weights(checkpoint, part);
  const WeightScope root(weights, options);
  Dit dit(root, infer_dit_config(shapes_of(part), kCheckpoint));
  root.require_complete();
  return dit;
}

struct ClassUnet {
  Unet unet;
  ClassEmbedder classes;
};

inline ClassUnet build_class_unet(const std::shared_ptr<const WeightSource>& checkpoint, const BuildOptions& options) {
  const SingleFile parts = parts_of(*checkpoint);
  const MappedSource weights(checkpoint, parts.unet);
  const WeightScope root(weights, options);
  constexpr int kHeadWidth = 32;  // of latent diffusion for ImageNet
  Unet unet(root, infer_unet_config(shapes_of(parts.unet), kCheckpoint, kHeadWidth));
  root.require_complete();

  const auto& table = parts.class_embedding.at("embedding.weight").shape;
  const MappedSource class_weights(checkpoint, parts.class_embedding);
  const WeightScope class_root(class_weights, options);
  ClassEmbedder classes(class_root, table.at(0), table.at(1));
  class_root.require_complete();
  return {std::move(unet), std::move(classes)};
}

/// A source that someone else owns.
inline std::shared_ptr<const WeightSource> borrowed(const WeightSource& weights) {
  return {std::shared_ptr<const WeightSource>(), &weights};
}

}  // namespace tstitch::test
