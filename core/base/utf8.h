#pragma once

#include <string>
#include <string_view>

namespace tstitch {

/// The code points of well-formed UTF-8; throws BadInput when is_valid_utf8() says no.
std::u32string decode_utf8(std::string_view text);

/// Appends the UTF-8 form of one code point up to U+10FFFF.
void append_utf8(std::string& text, char32_t code_point);

std::string encode_utf8(std::u32string_view code_points);

}  // namespace tstitch
