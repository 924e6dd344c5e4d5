#pragma once

#include <string>
#include <string_view>

#include "core/image/picture.h"

namespace tstitch {

/// A WebP as 8-bit RGB, alpha dropped, colour profiles ignored; of an animation the first frame, black where it does
/// not reach (Pillow's `convert("RGB")`). EXIF texts as exif_texts() has them, an XMP packet as `XML:com.adobe.xmp`.
/// Limits: 16,383 a side (the format's own), kLargestText a text. Throws BadInput naming `label` and the fault.
Picture decode_webp(std::string_view bytes, const std::string& label, PictureContent content = PictureContent::All);

}  // namespace tstitch
