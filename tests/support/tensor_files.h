#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <ATen/core/Tensor.h>

namespace tstitch::test {

/// Writes CPU tensors (fp32, fp16, bf16, fp64, fp8 or an integer type) as a safetensors file.
void write_tensors(const std::filesystem::path& path, const std::map<std::string, at::Tensor>& tensors);

}  // namespace tstitch::test
