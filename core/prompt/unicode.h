#pragma once

#include <string>
#include <string_view>

namespace tstitch::unicode {

/// Unicode's general categories L* and N* and its White_Space property.
bool is_letter(char32_t code_point);
bool is_number(char32_t code_point);
bool is_space(char32_t code_point);

/// Lower case of each code point by itself: no locale, no final sigma. U+0130 becomes two.
std::u32string lower_case(std::u32string_view text);

/// Normalization Form C (Unicode Standard Annex 15).
std::u32string nfc(std::u32string_view text);

}  // namespace tstitch::unicode
