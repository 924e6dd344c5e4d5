#pragma once

#include <string>
#include <string_view>

#include "core/image/picture.h"

namespace tstitch {

/// A still WebP as 8-bit RGB, alpha dropped; an EXIF UserComment becomes the text `parameters`. Limits: 16,383 a side
/// (the format's own), 1 MiB of EXIF. Throws BadInput naming `label` and the fault.
Picture decode_webp(std::string_view bytes, const std::string& label, PictureParts parts = PictureParts::All);

}  // namespace tstitch
