#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/weights/weight_source.h"
#include "tests/support/original_layout.h"
#include "tests/support/tensor_files.h"

namespace tstitch::test {

enum class ControlLayout { Diffusers, Original };

/// The ControlNet of `stored`, a file of diffusers' layout, as one file of its own; in the original layout below
/// `control_model.`, under the names of the `published` network (of as many layers a level).
inline void write_control_file(const std::string& golden_folder, const std::filesystem::path& stored,
                               const std::filesystem::path& file, ControlLayout layout,
                               const std::string& published = "controlnet-sd15") {
  const OriginalLayout original(golden_folder, published);
  const auto weights = open_weight_file(stored);
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, entry] : weights->entries()) {
    const std::string there =
        layout == ControlLayout::Original ? "control_model." + original.tensor(name, entry.shape).first : name;
    tensors[there] = weights->read(name, at::kFloat);
  }
  write_tensors(file, tensors);
}

}  // namespace tstitch::test
