#pragma once

#include <filesystem>
#include <string_view>

namespace tstitch {

/// What lies at a path, links followed; false also where the file system refuses to tell.
bool is_file(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);
bool is_there(const std::filesystem::path& path);

/// True for a link whose target is not there: what an unfinished download leaves in a hub's cache.
bool is_dangling(const std::filesystem::path& path);

/// True where something lies that is no folder, or a link to nothing: a file that is meant to be there.
bool is_file_or_dangling(const std::filesystem::path& path);

/// What is wrong with a path that no file lies at: "is a link to a file that is not there (an unfinished download?)."
/// or "is missing.".
std::string_view absence_of(const std::filesystem::path& path);

/// Throws BadInput that says so for a link to nothing.
void refuse_dangling(const std::filesystem::path& path);

}  // namespace tstitch
