#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tstitch {

/// True for a link whose target is not there: what an unfinished download leaves in a hub's cache.
bool is_dangling(const std::filesystem::path& path);

/// True where something lies that is no folder, or a link to nothing: a file that is meant to be there.
bool is_file_or_dangling(const std::filesystem::path& path);

/// What is wrong with a path that no file lies at: "is a link to a file that is not there (an unfinished download?)."
/// or "is missing.".
std::string_view absence_of(const std::filesystem::path& path);

/// Throws BadInput that says so for a link to nothing.
void refuse_dangling(const std::filesystem::path& path);

/// The file in `folder` that holds a part's weights, or the index of its shards (`*.index.json`), under the names by
/// which diffusers (`stem` is diffusion_pytorch_model) and transformers (`stem` is model) save them: safetensors before
/// torch's files (`<stem>.bin`, `pytorch_model.bin`), whole or in shards, plain or as a variant
/// (`<stem>.fp16.safetensors`, an index with the variant at either place). Of several the variant asked for counts,
/// then the plain ones, then fp16. Where shards and a whole file lie side by side, the loader of the stem decides, as
/// in its library. Throws BadInput naming the folder and what it holds instead.
std::filesystem::path find_weights(const std::filesystem::path& folder, const std::string& stem,
                                   const std::string& variant = {});

}  // namespace tstitch
