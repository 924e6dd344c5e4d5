#pragma once

#include <optional>
#include <string>

#include "core/image/png_file.h"

namespace tstitch {

/// The keyword of such a text.
inline constexpr const char* kHiddenTextKeyword = "stealth_pnginfo";

/// The text that NovelAI and extensions of other programs hide in a picture, so that it outlives sites which take text
/// chunks away: the lowest bits of alpha (`stealth_pnginfo`, gzipped `stealth_pngcomp`) or of red, green and blue
/// (`stealth_rgbinfo`, `stealth_rgbcomp`), column by column, behind that mark and a length in bits. Nothing where there
/// is none, where it is damaged or longer than kLargestText, and in pictures of more than 2^26 pixels, interlaced ones
/// and those of other than three or four channels of 8 bits.
std::optional<std::string> hidden_text(const PngFile& file);

}  // namespace tstitch
