#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/control/annotator.h"

namespace tstitch {

/// Where the annotators' networks run.
struct AnnotatorOptions {
  at::Device device = at::kCPU;
  at::ScalarType type = at::kFloat;
  std::stop_token stop = {};  ///< looked at while weights are read
};

/// Depth from a folder with `config.json`, `preprocessor_config.json` and `model.safetensors` or `pytorch_model.bin` in
/// transformers' layout: DPT-hybrid or Depth Anything, as `architectures` says. The map is brighter where it is nearer.
std::unique_ptr<Annotator> make_depth_annotator(const std::filesystem::path& folder, const AnnotatorOptions& options);

/// Poses by the file body_pose_model (as published or as safetensors): coloured sticks on black. Throws BadInput for a
/// picture too long and narrow for the network.
std::unique_ptr<Annotator> make_pose_annotator(const std::filesystem::path& file, const AnnotatorOptions& options);

/// Soft edges by the file ControlNetHED (as published or as safetensors): white on black.
std::unique_ptr<Annotator> make_soft_edge_annotator(const std::filesystem::path& file, const AnnotatorOptions& options);

/// Line drawings by the file sk_model (as published or as safetensors): white on black.
std::unique_ptr<Annotator> make_line_art_annotator(const std::filesystem::path& file, const AnnotatorOptions& options);

/// The annotator of that kind with the weights at that place, a folder for depth and a file for the others; edges of
/// the kind canny need none. Throws UsageError for a kind that has no annotator, BadInput for files that are not its.
std::unique_ptr<Annotator> make_annotator(ControlKind kind, const std::filesystem::path& weights,
                                          const AnnotatorOptions& options);

}  // namespace tstitch
