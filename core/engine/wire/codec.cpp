#include "core/engine/wire/codec.h"

#include <bit>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch::wire {

namespace {

constexpr const char* kBits = "bits";
constexpr const char* kBytes = "bytes";
constexpr std::uint64_t kMostByte = 255;

std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  return in_quotes(value.dump(-1, ' ', true, json::error_handler_t::replace));
}

/// Compilers differ in what braces around a single pair mean.
json keyed(const char* key, json value) {
  json object = json::object();
  object[key] = std::move(value);
  return object;
}

json written_text(const std::string& text) {
  if (is_valid_utf8(text)) return text;
  json bytes = json::array();
  for (const char c : text) bytes.push_back(static_cast<unsigned>(static_cast<unsigned char>(c)));
  return keyed(kBytes, std::move(bytes));
}

std::string read_text(const Place& place) {
  if (!place.value().is_object()) return place.text();
  const Place bytes = place.at(kBytes);
  std::string text;
  const std::size_t size = bytes.list_size();
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(bytes.at(i).unsigned_integer(kMostByte));
  return text;
}

}  // namespace

std::string Place::path() const {
  if (outer_ == nullptr) return std::string(name_);
  if (name_.empty()) return concat(outer_->path(), "[", index_, "]");
  return concat(outer_->path(), ".", name_);
}

void Place::refuse(std::string_view expected) const {
  throw BadInput(concat(expected, " is expected, found ", shown(*value_), "."), path());
}

Place Place::at(const char* key) const {
  if (!value_->is_object()) refuse("an object");
  const auto found = value_->find(key);
  if (found == value_->end()) throw BadInput(concat("\"", key, "\" is missing."), path());
  return {*found, *this, key, 0};
}

Place Place::at(std::size_t index) const {
  return {value_->at(index), *this, {}, index};
}

std::size_t Place::list_size() const {
  if (!value_->is_array()) refuse("a list");
  return value_->size();
}

std::string Place::text() const {
  if (!value_->is_string()) refuse("a text");
  return value_->get<std::string>();
}

std::uint64_t Place::unsigned_integer(std::uint64_t most) const {
  if (!value_->is_number_unsigned() || value_->get<std::uint64_t>() > most) refuse(concat("a number from 0 to ", most));
  return value_->get<std::uint64_t>();
}

std::int64_t Place::signed_integer(std::int64_t least, std::int64_t most) const {
  const bool fits =
      value_->is_number_unsigned()
          ? value_->get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
          : value_->is_number_integer() && value_->get<std::int64_t>() >= least && value_->get<std::int64_t>() <= most;
  if (!fits) refuse(concat("a whole number from ", least, " to ", most));
  return value_->get<std::int64_t>();
}

std::string Place::blob() const {
  const std::uint64_t number = unsigned_integer();
  if (number >= blobs_->size()) refuse(concat("the number of one of ", blobs_->size(), " attachments"));
  return std::exchange((*blobs_)[static_cast<std::size_t>(number)], {});
}

json Codec<double>::write(const double& value, Blobs&) {
  if (std::isfinite(value)) return value;
  return keyed(kBits, std::bit_cast<std::uint64_t>(value));
}

double Codec<double>::read(const Place& place) {
  if (place.value().is_number()) return place.value().get<double>();
  if (!place.value().is_object()) place.refuse("a number");
  return std::bit_cast<double>(place.at(kBits).unsigned_integer());
}

json Codec<std::string>::write(const std::string& value, Blobs&) {
  return written_text(value);
}

std::string Codec<std::string>::read(const Place& place) {
  return read_text(place);
}

json Codec<std::filesystem::path>::write(const std::filesystem::path& value, Blobs&) {
  return written_text(value.string());
}

std::filesystem::path Codec<std::filesystem::path>::read(const Place& place) {
  return read_text(place);
}

json read_apart(const std::string& text) {
  constexpr JsonLimits kLimits{kMostFrameBytes, 64, std::size_t{1} << 20U};
  return parse_bounded_json(text, "attachment", kLimits);
}

std::string write_apart(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tstitch::wire
