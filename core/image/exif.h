#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tstitch {

/// The UserComment (tag 0x9286) of an EXIF block that begins with its TIFF header (`II*\0` or `MM\0*`), as UTF-8:
/// `UNICODE\0` texts are UTF-16 (big-endian as other programs write them, little-endian recognised), `ASCII\0\0\0` and
/// unmarked ones are taken as UTF-8 or else Latin-1. Nothing when there is none or the block is damaged.
std::optional<std::string> exif_user_comment(std::string_view tiff);

}  // namespace tstitch
