#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace tstitch {

/// What a JSON text may cost before it is refused.
struct JsonLimits {
  std::size_t bytes = 1U << 20U;
  int depth = 64;
  std::size_t values = 1U << 18U;  ///< objects, lists and plain values together
};

/// Parses foreign JSON into a tree: the one way by which every reader of ours does it.
/// Throws BadInput naming `file` for text that is no JSON or no UTF-8, exceeds a limit, names a key twice in one
/// object, or holds an integer outside 64 bits; integers never go through double.
nlohmann::json parse_bounded_json(std::string_view text, const std::string& file, const JsonLimits& limits = {});

/// nlohmann's parser over a text of foreign JSON; the handler's `parse_error` hears of what is no JSON. Every handler
/// of ours is fed through here: the parser reads numbers as the process's locale writes them, unless it is told not to.
bool sax_parse_json(std::string_view text, nlohmann::json_sax<nlohmann::json>& handler);

/// A text that we wrote ourselves, or one of which nothing but a tree is wanted; a discarded value where it is no JSON.
nlohmann::json parse_json(std::string_view text);
nlohmann::ordered_json parse_ordered_json(std::string_view text);

/// Throws BadInput unless the text is UTF-8 without zero bytes, at which nlohmann's parser would stop as at its end.
void require_json_text(std::string_view text, const std::string& file);

/// True when the number's text is an integer, which nlohmann hands to `number_float` when it does not fit 64 bits.
bool is_integer_text(std::string_view text);

/// For messages: in quotes, control characters as `?`, cut after 100 bytes.
std::string in_quotes(std::string_view text);

/// The sentence for text that the parser gave up on, `byte` bytes after its start.
std::string json_syntax_sentence(std::size_t byte);

}  // namespace tstitch
