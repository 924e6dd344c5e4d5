#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/image.h"

namespace tstitch {

/// Letters of 5x7 dots for labels in pictures that are composed without a window system. Printable ASCII; any other
/// character of the UTF-8 text shows as a box.
inline constexpr int kGlyphWidth = 5;
inline constexpr int kGlyphHeight = 7;
inline constexpr int kGlyphAdvance = kGlyphWidth + 1;

/// Pixels that the text takes across, with dots of `scale` pixels a side.
int text_width(std::string_view text, int scale);

/// Draws with the upper left dot at (x, y); what lies outside of the picture is cut off.
void draw_text(Image& image, int x, int y, std::string_view text, int scale, std::array<std::uint8_t, 3> colour);

}  // namespace tstitch
