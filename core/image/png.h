#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/image/picture.h"

namespace tstitch {

/// A PNG file of 8-bit RGB. A text goes into tEXt when Latin-1 holds it, else into iTXt, both uncompressed and before
/// the pixels; keywords are 1..79 printable ASCII characters.
std::string encode_png(const Image& image, const std::vector<PictureText>& texts);

/// Any PNG as 8-bit RGB: palettes and grey expanded, 16 bits scaled, alpha dropped, colour profiles ignored. Texts of
/// all three chunk types, in file order. Limits: 16,384 a side, 1 MiB of text per chunk, 64 chunks; a file too short
/// for its pixels is refused before they are allocated. Throws BadInput naming `label` and the fault.
Picture decode_png(std::string_view bytes, const std::string& label, PictureParts parts = PictureParts::All);

}  // namespace tstitch
