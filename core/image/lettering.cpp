#include "core/image/lettering.h"

#include <algorithm>
#include <cmath>

#include <ft2build.h>
#include FT_FREETYPE_H

#include "core/base/check.h"
#include "core/base/utf8.h"

namespace tstitch {

namespace {

constexpr double kFixed26 = 64;  // FreeType's sizes and places
constexpr double kFixed16 = 65536;

/// FreeType's faces are one thread's; each thread has its own.
class Face {
 public:
  Face() {
    const auto font = lettering_font();
    TSTITCH_CHECK(FT_Init_FreeType(&library_) == 0, "FreeType");
    TSTITCH_CHECK(FT_New_Memory_Face(library_, font.data(), static_cast<FT_Long>(font.size()), 0, &face_) == 0,
                  "the font");
  }
  ~Face() { FT_Done_FreeType(library_); }
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;

  static Face& of_thread() {
    thread_local Face face;
    return face;
  }

  [[nodiscard]] double ascent(double size) const { return face_->ascender * size / face_->units_per_EM; }
  [[nodiscard]] double descent(double size) const { return -face_->descender * size / face_->units_per_EM; }

  /// The glyph of a letter, to be read until the next call; how far the next one stands from it is not rounded.
  const FT_GlyphSlotRec& glyph(char32_t letter, double size, double fraction, bool drawn) {
    FT_Set_Char_Size(face_, 0, static_cast<FT_F26Dot6>(std::lround(size * kFixed26)), 72, 72);
    FT_Vector shift{static_cast<FT_Pos>(std::lround(fraction * kFixed26)), 0};
    FT_Set_Transform(face_, nullptr, &shift);
    const int flags = FT_LOAD_NO_HINTING | (drawn ? FT_LOAD_RENDER : FT_LOAD_DEFAULT);
    const FT_UInt index = FT_Get_Char_Index(face_, letter);
    TSTITCH_CHECK(FT_Load_Glyph(face_, index, flags) == 0, std::uint32_t(letter));
    return *face_->glyph;
  }

 private:
  FT_Library library_ = nullptr;
  FT_Face face_ = nullptr;
};

/// Lays ink of that strength over a pixel.
void blend(std::uint8_t* pixel, const std::array<std::uint8_t, 3>& colour, int strength) {
  for (std::size_t c = 0; c < colour.size(); ++c) {
    pixel[c] = static_cast<std::uint8_t>((pixel[c] * (255 - strength) + colour[c] * strength + 127) / 255);
  }
}

void draw_bitmap(Image& image, int left, int top, const FT_Bitmap& bitmap, const std::array<std::uint8_t, 3>& colour) {
  for (int y = 0; y < static_cast<int>(bitmap.rows); ++y) {
    for (int x = 0; x < static_cast<int>(bitmap.width); ++x) {
      const int at_x = left + x, at_y = top + y;
      if (at_x < 0 || at_y < 0 || at_x >= image.width || at_y >= image.height) continue;
      const int strength = bitmap.buffer[std::ptrdiff_t(y) * bitmap.pitch + x];
      blend(image.rgb.data() + (std::size_t(at_y) * image.width + std::size_t(at_x)) * 3, colour, strength);
    }
  }
}

}  // namespace

double lettering_ascent(double size) {
  return Face::of_thread().ascent(size);
}

double lettering_descent(double size) {
  return Face::of_thread().descent(size);
}

double lettering_width(std::string_view text, double size) {
  double width = 0;
  for (const char32_t letter : decode_utf8(text)) {
    width += double(Face::of_thread().glyph(letter, size, 0, false).linearHoriAdvance) / kFixed16;
  }
  return width;
}

void draw_lettering(Image& image, double x, double baseline, std::string_view text, double size,
                    std::array<std::uint8_t, 3> colour) {
  const int line = static_cast<int>(std::lround(baseline));
  for (const char32_t letter : decode_utf8(text)) {
    const double whole = std::floor(x);
    const FT_GlyphSlotRec& glyph = Face::of_thread().glyph(letter, size, x - whole, true);
    draw_bitmap(image, static_cast<int>(whole) + glyph.bitmap_left, line - glyph.bitmap_top, glyph.bitmap, colour);
    x += double(glyph.linearHoriAdvance) / kFixed16;
  }
}

}  // namespace tstitch
