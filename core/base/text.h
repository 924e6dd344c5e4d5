#pragma once

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// Joins anything that has `operator<<` into one string; numbers in the classic locale.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  static_cast<void>((out << ... << parts));  // the cast keeps a call without parts free of warnings
  return out.str();
}

/// "a, b and c"-free plain joining: parts with the separator between them.
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// Splits at every separator; empty pieces are kept; an empty text gives one empty piece.
std::vector<std::string> split(std::string_view text, char separator);

/// Without blanks, tabs and line ends at both sides.
std::string_view trimmed(std::string_view text);

/// With ASCII's capital letters made small; all other bytes stay.
std::string lower_case(std::string_view text);

/// True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool is_valid_utf8(std::string_view text);

/// Shortest decimal text that reads back to the same double; classic locale.
std::string number_text(double value);

}  // namespace tstitch
