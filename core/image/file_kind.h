#pragma once

#include <string>
#include <string_view>

namespace tstitch {

/// What a file of another kind is called, told by its first bytes: "a TIFF picture", "a web page"; "a file of another
/// kind" where nothing tells, "an empty file" for no bytes at all.
std::string foreign_kind(std::string_view bytes);

/// The same of any file, the pictures that are read (PNG, JPEG, WebP) included.
std::string file_kind(std::string_view bytes);

}  // namespace tstitch
