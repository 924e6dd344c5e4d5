#pragma once

#include <filesystem>
#include <string_view>

namespace tstitch {

enum class NewFile { Written, NameTaken };

/// Writes `bytes` under a name that must be free: into a temporary file of the same folder (`.<name>.<unique>.part`),
/// flushed to the disk, then renamed without replacing, and the folder flushed. A file that lies there, even since a
/// moment ago, is left alone: the answer is then NameTaken and the caller takes another name. The temporary file is
/// gone on every way out but a kill. Throws BadInput naming the file and the system's reason.
NewFile write_new_file(const std::filesystem::path& file, std::string_view bytes);

/// As above, but replaces what lies there in one step: for files that are ours to rewrite (`grid.json`).
void replace_file(const std::filesystem::path& file, std::string_view bytes);

/// Throws BadInput naming the folder unless a file can be made in it; leaves none behind.
void require_writable_folder(const std::filesystem::path& folder);

}  // namespace tstitch
