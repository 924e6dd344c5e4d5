#pragma once

#include <filesystem>
#include <string>

namespace tstitch {

/// The file in `folder` that holds a part's weights, or the index of its shards (`*.index.json`), under the names by
/// which diffusers (`stem` is diffusion_pytorch_model) and transformers (`stem` is model) save them: safetensors before
/// torch's files (`<stem>.bin`, `pytorch_model.bin`), whole or in shards, plain or as a variant
/// (`<stem>.fp16.safetensors`, an index with the variant at either place). Of several the variant asked for counts,
/// then the plain ones, then fp16. Where shards and a whole file lie side by side, the loader of the stem decides, as
/// in its library. Throws BadInput naming the folder and what it holds instead.
std::filesystem::path find_weights(const std::filesystem::path& folder, const std::string& stem,
                                   const std::string& variant = {});

}  // namespace tstitch
