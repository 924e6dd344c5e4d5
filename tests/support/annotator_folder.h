#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "tests/support/network_golden.h"
#include "tests/support/tensor_files.h"

namespace tstitch::test {

/// What resizes pictures for the goldens `dpt` and `depth-anything`.
inline constexpr const char* kDptProcessor = R"({"size": {"height": 64, "width": 64}})";
inline constexpr const char* kDepthAnythingProcessor =
    R"({"size": {"height": 70, "width": 70}, "keep_aspect_ratio": true, "ensure_multiple_of": 14})";

/// The network of one of these goldens as it is published: a folder with its configs and `model.safetensors`.
inline void write_depth_network(const std::filesystem::path& folder, const NetworkGolden& golden,
                                const std::string& processor) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "config.json") << golden.config;
  std::ofstream(folder / "preprocessor_config.json") << processor;
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, entry] : golden.weights.entries()) tensors[name] = golden.weights.tensor(name);
  write_tensors(folder / "model.safetensors", tensors);
}

}  // namespace tstitch::test
