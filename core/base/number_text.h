#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "core/base/text.h"

namespace tstitch {

/// Numbers in files, options, protocols and messages are read and written here and by number_text(), and by nothing
/// that asks for a locale: with `.` before the decimals, digits 0 to 9 and no grouping.

/// The whole text as a finite number of that type: `-1.5e3`, without blanks or a plus sign; nothing for other text.
template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(value)) return std::nullopt;
  }
  return value;
}

/// The number that a text begins with, up to the next blank; blanks before it do not count. For lines of the system's
/// own files: "  16284 kB".
template <class Number>
std::optional<Number> leading_number(std::string_view text) {
  const std::string_view rest = trimmed(text);
  return read_number<Number>(rest.substr(0, rest.find_first_of(" \t")));
}

/// With that many decimals: fixed_text(0.5, 2) is "0.50".
std::string fixed_text(double value, int decimals);

/// 0 to 9; a letter of another alphabet or a byte of UTF-8 is none, in every locale.
constexpr bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A to Z and a to z.
constexpr bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace tstitch
