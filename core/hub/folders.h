#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace tstitch {

/// With those above it. Throws BadInput naming it where that cannot be.
void make_folder(const std::filesystem::path& folder);

/// Bytes of a file; 0 where there is none.
std::int64_t size_of(const std::filesystem::path& file);

/// Throws BadInput naming the folder, with the hint, where its disk has less than `bytes` and some spare room free for
/// `what` ("the downloads"). A disk that cannot tell is left to whoever writes.
void require_room(const std::filesystem::path& folder, std::uintmax_t bytes, const std::string& what,
                  const std::string& hint);

}  // namespace tstitch
