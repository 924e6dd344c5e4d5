#pragma once

#include <string>
#include <string_view>

#include "core/image/picture.h"

namespace tstitch {

/// A JPEG as 8-bit RGB (grey is expanded, CMYK refused); an EXIF UserComment becomes the text
/// `parameters`, which is where other programs keep it. Limits: 16,384 a side, 1 MiB of EXIF. Throws BadInput naming
/// `label` and the fault; a file that ends early is refused rather than filled with grey.
Picture decode_jpeg(std::string_view bytes, const std::string& label, PictureParts parts = PictureParts::All);

}  // namespace tstitch
