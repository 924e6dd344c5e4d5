#include "core/base/json_fields.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

using nlohmann::json;

std::string shown(const json& value) {
  constexpr std::size_t kShown = 60;
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > kShown) text = text.substr(0, kShown) + "...";
  return text;
}

std::string placed(const std::string& file, const std::string& path) {
  return file.empty() || path.empty() ? file + path : concat(file, ": ", path);
}

}  // namespace

JsonFields::JsonFields(const json& object, std::string file, std::string path)
    : object_(&object), file_(std::move(file)), path_(std::move(path)) {
  if (!object.is_object()) throw BadInput(concat("An object is expected, found ", shown(object), "."), place());
}

std::string JsonFields::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : concat(path_, ".", key);
}

std::string JsonFields::place() const {
  return placed(file_, path_);
}

std::string JsonFields::place(const char* key) const {
  return placed(file_, path_of(key));
}

const json& JsonFields::at(const char* key) const {
  const auto found = object_->find(key);
  if (found == object_->end()) throw BadInput("The field is missing.", place(key));
  return *found;
}

void JsonFields::refuse(const char* key, const char* expected) const {
  throw BadInput(concat(expected, " is expected, found ", shown(at(key)), "."), place(key));
}

JsonFields JsonFields::object(const char* key) const {
  return {at(key), file_, path_of(key)};
}

const json& JsonFields::array(const char* key) const {
  if (!at(key).is_array()) refuse(key, "A list");
  return at(key);
}

std::vector<JsonFields> JsonFields::objects(const char* key) const {
  std::vector<JsonFields> readers;
  for (const json& element : array(key)) {
    readers.emplace_back(element, file_, concat(path_of(key), "[", readers.size(), "]"));
  }
  return readers;
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

bool JsonFields::truth(const char* key) const {
  if (!at(key).is_boolean()) refuse(key, "true or false");
  return at(key).get<bool>();
}

void JsonFields::refuse_others(std::initializer_list<std::string_view> known) const {
  std::vector<std::string> unknown;
  for (const auto& [key, value] : object_->items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) unknown.push_back(concat("\"", key, "\""));
  }
  if (unknown.empty()) return;
  throw BadInput(concat("Unknown ", unknown.size() == 1 ? "field " : "fields ", join(unknown, ", "), "."), place(),
                 "It may come from a newer version of the program.");
}

}  // namespace tstitch
