#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/image.h"

namespace tstitch {

/// Letters for pictures that are composed without a window system: one font that the program brings, the same on every
/// machine. Texts are UTF-8; what the font does not have shows as a box. Sizes and lengths are pixels.

/// How far above and below its base line a text of that size reaches.
double lettering_ascent(double size);
double lettering_descent(double size);
double lettering_width(std::string_view text, double size);

/// Draws with the first letter's origin at (x, baseline); what lies outside of the picture is cut off.
void draw_lettering(Image& image, double x, double baseline, std::string_view text, double size,
                    std::array<std::uint8_t, 3> colour);

/// The font itself, a TrueType file, for those who draw with something else.
std::span<const unsigned char> lettering_font();

}  // namespace tstitch
