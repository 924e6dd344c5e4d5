#include "core/base/strict_json.h"

#include <algorithm>
#include <limits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

using nlohmann::json;

/// Watches the parser: counts the depth and remembers the keys of every object that is still open.
class Watch {
 public:
  explicit Watch(const std::string& where) : where_(where) {}

  bool operator()(int depth, json::parse_event_t event, const json& value) {
    const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (opens && depth >= kJsonDepthLimit) {
      throw BadInput(concat("The JSON is nested deeper than ", kJsonDepthLimit, " levels."), where_);
    }
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key) note_key(value.get<std::string>());
    return true;
  }

 private:
  void note_key(const std::string& key) {
    if (!open_.back().insert(key).second) {
      throw BadInput(concat("The JSON names the key \"", key, "\" twice in one object."), where_);
    }
  }

  const std::string& where_;
  std::vector<std::unordered_set<std::string>> open_;
};

std::string shown(const json& value) {
  constexpr std::size_t kShown = 60;
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > kShown) text = text.substr(0, kShown) + "...";
  return text;
}

}  // namespace

json parse_strict_json(std::string_view text, const std::string& where, std::size_t limit) {
  if (text.size() > limit) {
    throw BadInput(concat("The JSON has ", text.size(), " bytes; at most ", limit, " are read."), where);
  }
  if (!is_valid_utf8(text)) throw BadInput("The JSON is not valid UTF-8.", where);
  try {
    return json::parse(text.begin(), text.end(), Watch(where));
  } catch (const json::exception& error) {
    throw BadInput(concat("This is not JSON: ", error.what(), "."), where);
  }
}

JsonFields::JsonFields(const json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object_.is_object()) throw BadInput(concat("An object is expected, found ", shown(object_), "."), where_);
}

std::string JsonFields::place(const char* key) const {
  return where_.empty() ? key : concat(where_, ".", key);
}

const json& JsonFields::at(const char* key) const {
  const auto found = object_.find(key);
  if (found == object_.end()) throw BadInput("The field is missing.", place(key));
  return *found;
}

void JsonFields::refuse(const char* key, const char* expected) const {
  throw BadInput(concat(expected, " is expected, found ", shown(at(key)), "."), place(key));
}

JsonFields JsonFields::object(const char* key) const {
  return {at(key), place(key)};
}

const json& JsonFields::array(const char* key) const {
  if (!at(key).is_array()) refuse(key, "A list");
  return at(key);
}

std::string JsonFields::text(const char* key) const {
  if (!at(key).is_string()) refuse(key, "A text");
  return at(key).get<std::string>();
}

int JsonFields::integer(const char* key) const {
  const json& value = at(key);
  constexpr auto kLargest = std::numeric_limits<int>::max();
  // Unsigned values are looked at as such: get<int64_t>() would wrap those above 2^63.
  if (value.is_number_unsigned() && value.get<std::uint64_t>() <= kLargest) return value.get<int>();
  const bool negative = value.is_number_integer() && !value.is_number_unsigned();
  if (!negative || value.get<std::int64_t>() < std::numeric_limits<int>::min()) refuse(key, "A whole number");
  return value.get<int>();
}

std::uint64_t JsonFields::unsigned_integer(const char* key) const {
  if (!at(key).is_number_unsigned()) refuse(key, "A whole number from 0 to 18446744073709551615");
  return at(key).get<std::uint64_t>();
}

double JsonFields::number(const char* key) const {
  if (!at(key).is_number()) refuse(key, "A number");
  return at(key).get<double>();
}

void JsonFields::refuse_others(std::initializer_list<std::string_view> known) const {
  std::vector<std::string> unknown;
  for (const auto& [key, value] : object_.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) unknown.push_back(concat("\"", key, "\""));
  }
  if (unknown.empty()) return;
  throw BadInput(concat("Unknown ", unknown.size() == 1 ? "field " : "fields ", join(unknown, ", "), "."), where_,
                 "It may come from a newer version of the program.");
}

}  // namespace tstitch
