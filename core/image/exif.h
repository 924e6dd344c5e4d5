#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/picture_text.h"

namespace tstitch {

/// The functions below take an EXIF block: a TIFF header (`II*\0` or `MM\0*`), which up to two `Exif\0\0` may precede.
/// A damaged block says nothing; none of them throws.

/// The texts by which programs keep their settings there: the UserComment (tag 0x9286) as `parameters`, and what
/// ComfyUI writes into tags of the main folder as `name:{json}`, by its name in lower case. All as UTF-8: `UNICODE\0`
/// texts are UTF-16 of either byte order (told by a mark, then by where ASCII stands in it, then by the block's own
/// order), `ASCII\0\0\0` and unmarked ones are taken as UTF-8 or else Latin-1.
std::vector<PictureText> exif_texts(std::string_view block);

/// How the stored picture is to be turned, as Pillow decides it: EXIF's tag 0x0112, else `tiff:Orientation` of the XMP
/// packet; 1 where neither says so or the value is none of 1..8.
int orientation_of(std::string_view exif, std::string_view xmp);

/// The bytes that ImageMagick writes as hex into a PNG text `Raw profile type exif`; empty when it is odd.
std::string raw_profile(std::string_view text);

}  // namespace tstitch
