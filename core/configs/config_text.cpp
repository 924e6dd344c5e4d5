#include "core/configs/config_text.h"

#include <algorithm>

#include "core/base/bounded_json.h"
#include "core/base/error.h"

namespace tstitch {
namespace {

constexpr std::size_t kDigitsOf64Bits = 20;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Where the text in quotes that begins at `begin` ends.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

std::size_t end_of_number(std::string_view text, std::size_t begin) {
  const auto belongs = [](char c) {
    return is_digit(c) || std::string_view("+-.eE").find(c) != std::string_view::npos;
  };
  return static_cast<std::size_t>(
      std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), belongs) - text.begin());
}

nlohmann::json object_in(std::string_view config, const std::string& file) {
  nlohmann::json json = parse_bounded_json(plain_json(config), file, {.bytes = kLongestConfig});
  if (!json.is_object()) throw BadInput("is no JSON object.", file);
  return json;
}

}  // namespace

std::string plain_json(std::string_view text) {
  constexpr std::string_view kWord = "-Infinity";
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with(kWord)) {
      result += "null";
      i += kWord.size();
      continue;
    }
    const std::size_t end = text[i] == '"' ? end_of_string(text, i) : i + 1;
    result += text.substr(i, end - i);
    i = end;
  }
  return result;
}

std::string with_long_numbers(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const bool number = is_digit(text[i]) || text[i] == '-';
    const std::size_t end = number           ? std::max(i + 1, end_of_number(text, i))
                            : text[i] == '"' ? end_of_string(text, i)
                                             : i + 1;
    const std::string_view piece = text.substr(i, end - i);
    result += piece;
    if (number && piece.size() >= kDigitsOf64Bits && is_integer_text(piece)) result += ".0";
    i = end;
  }
  return result;
}

bool tells_class(std::string_view config, const std::string& file) {
  const nlohmann::json json = object_in(config, file);
  const auto says = [&](const char* key) { return json.contains(key) && !json[key].is_null(); };
  return says("_class_name") || says("architectures");
}

std::string with_class(std::string_view config, const std::string& class_name, const std::string& file) {
  if (class_name.empty()) return std::string(config);
  nlohmann::json json = object_in(config, file);
  json["_class_name"] = class_name;
  return json.dump();
}

std::string with_architecture(std::string_view config, const std::string& class_name, const std::string& file) {
  if (class_name.empty()) return std::string(config);
  nlohmann::json json = object_in(config, file);
  json["architectures"] = nlohmann::json::array({class_name});
  return json.dump();
}

}  // namespace tstitch
