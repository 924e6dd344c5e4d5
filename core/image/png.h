#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/image/picture.h"

namespace tstitch {

/// A PNG file of 8-bit RGB. A text goes into tEXt when Latin-1 holds it and nobody could take that for UTF-8, else into
/// iTXt, both uncompressed and before the pixels; keywords are 1..79 printable ASCII characters.
std::string encode_png(const Image& image, const std::vector<PictureText>& texts);

/// Any PNG as 8-bit RGB (png_pixels.h says how) with its texts in file order, those of its EXIF block behind, and where
/// there are none one that its pixels hide (hidden_text.h, with PictureContent::All); of an animation the still
/// picture. Limits: kLongestSide, kLargestText a text, kMostTexts of them. Throws BadInput naming `label` and the
/// fault.
Picture decode_png(std::string_view bytes, const std::string& label, PictureContent content = PictureContent::All);

}  // namespace tstitch
