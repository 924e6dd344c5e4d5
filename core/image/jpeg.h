#pragma once

#include <string>
#include <string_view>

#include "core/image/picture.h"

namespace tstitch {

/// A JPEG as 8-bit RGB: grey is expanded, CMYK and YCCK are taken as Adobe stores them (inverted) and brought to RGB as
/// Pillow does it, colour profiles are ignored; of several pictures in a file the first. An EXIF UserComment becomes
/// the text `parameters`, which is where other programs keep it, a comment `comment`, an XMP packet
/// `XML:com.adobe.xmp`. What the decoder only warns of is no damage. Limits: 16,384 a side, kLargestText a text. Throws
/// BadInput naming `label` and the fault; 12-bit, lossless and hierarchical files are refused by these names, and a
/// file that ends before its pixels do is refused rather than filled with grey.
Picture decode_jpeg(std::string_view bytes, const std::string& label, PictureContent content = PictureContent::All);

}  // namespace tstitch
