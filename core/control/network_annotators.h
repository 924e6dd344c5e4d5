#pragma once

#include <filesystem>
#include <memory>

#include "core/control/annotator.h"

namespace tstitch {

/// Depth from a folder with `config.json`, `preprocessor_config.json` and `model.safetensors` or `pytorch_model.bin` in
/// transformers' layout, or from such a file in such a folder: DPT-hybrid or Depth Anything, as `architectures` says.
/// The map is brighter where it is nearer.
std::unique_ptr<Annotator> make_depth_annotator(const std::filesystem::path& place, const AnnotatorOptions& options);

/// Poses by the file body_pose_model (as published or as safetensors): coloured sticks on black. Throws BadInput for a
/// picture too long and narrow for the network.
std::unique_ptr<Annotator> make_pose_annotator(const std::filesystem::path& file, const AnnotatorOptions& options);

/// Soft edges by the file ControlNetHED (as published or as safetensors): white on black.
std::unique_ptr<Annotator> make_soft_edge_annotator(const std::filesystem::path& file, const AnnotatorOptions& options);

/// Line drawings by the file sk_model (as published or as safetensors): white on black.
std::unique_ptr<Annotator> make_line_art_annotator(const std::filesystem::path& file, const AnnotatorOptions& options);

}  // namespace tstitch
