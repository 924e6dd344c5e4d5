#pragma once

#include <filesystem>

#include <nlohmann/json_fwd.hpp>

namespace tstitch {

/// A JSON file of the cache folder. Caches are conveniences: what is missing, damaged or cannot be written is passed
/// over, never an error. Writing is by rename, so that two programs never see half a file.
nlohmann::json read_cache_file(const std::filesystem::path& file);
void write_cache_file(const std::filesystem::path& file, const nlohmann::json& content);

}  // namespace tstitch
