#include "core/base/utf8.h"

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

std::u32string decode_utf8(std::string_view text) {
  if (!is_valid_utf8(text)) throw BadInput("expected UTF-8 text, found bytes that are not.");
  std::u32string code_points;
  code_points.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int following = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t value = following == 0 ? lead : lead & (0x3FU >> following);
    for (int k = 1; k <= following; ++k) value = value << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    code_points.push_back(value);
    i += 1 + following;
  }
  return code_points;
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80U | (code_point >> shift & 0x3FU)); };
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xC0U | code_point >> 6);
    tail(0);
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xE0U | code_point >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | code_point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string encode_utf8(std::u32string_view code_points) {
  std::string text;
  text.reserve(code_points.size());
  for (const char32_t code_point : code_points) append_utf8(text, code_point);
  return text;
}

}  // namespace tstitch
