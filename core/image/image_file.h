#pragma once

#include <filesystem>
#include <string_view>

#include "core/image/atomic_file.h"
#include "core/image/picture.h"

namespace tstitch {

/// Decodes PNG, JPEG or WebP, told apart by content, and turns the picture as its EXIF orientation says: what looks at
/// pictures sees them upright. Throws BadInput naming `label`, and what a file of another kind is.
Picture decode_picture(std::string_view bytes, const std::string& label, PictureContent content = PictureContent::All);

/// Reads a picture file of at most 256 MiB. Throws BadInput naming the file when it is missing, no regular file, of
/// another kind or damaged.
Picture read_picture(const std::filesystem::path& file, PictureContent content = PictureContent::All);

/// The picture as PNG under a name that must be free; see write_new_file().
NewFile write_new_png(const std::filesystem::path& file, const Image& image, const std::vector<PictureText>& texts);

}  // namespace tstitch
