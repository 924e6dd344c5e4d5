#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/quantity.h"
#include "core/engine/wire/message.h"

// How values become JSON and blobs, and come back as the same to the bit. A struct is described once, by its Fields
// (values.h), for both directions.
namespace tstitch::wire {

using nlohmann::json;

/// A value that is read, and where it stands; what throws names that place: "answer.value.picture.made".
class Place {
 public:
  /// `blobs` are those of the message; each may be taken once.
  Place(const json& value, Blobs& blobs, std::string_view name) : value_(&value), blobs_(&blobs), name_(name) {}

  [[nodiscard]] const json& value() const { return *value_; }
  [[nodiscard]] bool is_null() const { return value_->is_null(); }
  [[nodiscard]] Place at(const char* key) const;
  [[nodiscard]] Place at(std::size_t index) const;
  [[nodiscard]] std::size_t list_size() const;  ///< throws for what is no list
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::uint64_t unsigned_integer(std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) const;
  [[nodiscard]] std::int64_t signed_integer(std::int64_t least, std::int64_t most) const;
  /// The blob whose number stands here.
  [[nodiscard]] std::string blob() const;

  /// Throws BadInput: what is expected.
  [[noreturn]] void refuse(std::string_view expected) const;

 private:
  Place(const json& value, const Place& outer, std::string_view name, std::size_t index)
      : value_(&value), blobs_(outer.blobs_), outer_(&outer), name_(name), index_(index) {}
  [[nodiscard]] std::string path() const;

  const json* value_;
  Blobs* blobs_;
  const Place* outer_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
};

/// Writes and reads one type.
template <class T>
struct Codec;

/// The members of a struct: `static constexpr auto all = std::tuple{field("name", &T::name), ...}`.
template <class T>
struct Fields;

/// The names of an enum's values or a variant's alternatives, in their order.
template <class T>
struct Names;

template <class Member>
struct Field {
  const char* key;
  Member member;
};
template <class Member>
constexpr Field<Member> field(const char* key, Member member) {
  return {key, member};
}

template <class T>
json write(const T& value, Blobs& blobs) {
  return Codec<T>::write(value, blobs);
}
template <class T>
T read(const Place& place) {
  return Codec<T>::read(place);
}

/// Structs with Fields.
template <class T>
struct Codec {
  static json write(const T& value, Blobs& blobs) {
    json object = json::object();
    std::apply([&](const auto&... each) { ((object[each.key] = wire::write(value.*each.member, blobs)), ...); },
               Fields<T>::all);
    return object;
  }
  static T read(const Place& place) {
    T value{};
    std::apply([&](const auto&... each) { (read_member(place, value.*each.member, each.key), ...); }, Fields<T>::all);
    return value;
  }

 private:
  template <class Member>
  static void read_member(const Place& place, Member& member, const char* key) {
    member = wire::read<Member>(place.at(key));
  }
};

template <class T>
requires std::is_enum_v<T>
struct Codec<T> {
  static json write(const T& value, Blobs&) { return std::string(Names<T>::all.at(static_cast<std::size_t>(value))); }
  static T read(const Place& place) {
    const std::string name = place.text();
    for (std::size_t i = 0; i < Names<T>::all.size(); ++i) {
      if (Names<T>::all[i] == name) return static_cast<T>(i);
    }
    place.refuse("one of its names");
  }
};

template <>
struct Codec<bool> {
  static json write(const bool& value, Blobs&) { return value; }
  static bool read(const Place& place) {
    if (!place.value().is_boolean()) place.refuse("true or false");
    return place.value().get<bool>();
  }
};

template <class T>
requires std::is_integral_v<T> && std::is_unsigned_v<T>
struct Codec<T> {
  static json write(const T& value, Blobs&) { return value; }
  static T read(const Place& place) { return static_cast<T>(place.unsigned_integer(std::numeric_limits<T>::max())); }
};
template <class T>
requires std::is_integral_v<T> && std::is_signed_v<T>
struct Codec<T> {
  static json write(const T& value, Blobs&) { return value; }
  static T read(const Place& place) {
    return static_cast<T>(place.signed_integer(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  }
};

/// JSON has no infinity: what is not finite is written as its bits.
template <>
struct Codec<double> {
  static json write(const double& value, Blobs& blobs);
  static double read(const Place& place);
};

/// What is no UTF-8 (a file's name may be anything) is written as a list of its bytes.
template <>
struct Codec<std::string> {
  static json write(const std::string& value, Blobs& blobs);
  static std::string read(const Place& place);
};
template <>
struct Codec<std::filesystem::path> {
  static json write(const std::filesystem::path& value, Blobs& blobs);
  static std::filesystem::path read(const Place& place);
};

template <class Tag, class Rep>
struct Codec<Quantity<Tag, Rep>> {
  static json write(const Quantity<Tag, Rep>& value, Blobs& blobs) { return wire::write(value.value, blobs); }
  static Quantity<Tag, Rep> read(const Place& place) { return {wire::read<Rep>(place)}; }
};

template <class T>
struct Codec<std::optional<T>> {
  static json write(const std::optional<T>& value, Blobs& blobs) { return value ? wire::write(*value, blobs) : json(); }
  static std::optional<T> read(const Place& place) {
    if (place.is_null()) return std::nullopt;
    return wire::read<T>(place);
  }
};

template <class T>
struct Codec<std::shared_ptr<const T>> {
  static json write(const std::shared_ptr<const T>& value, Blobs& blobs) {
    return value ? wire::write(*value, blobs) : json();
  }
  static std::shared_ptr<const T> read(const Place& place) {
    if (place.is_null()) return nullptr;
    return std::make_shared<const T>(wire::read<T>(place));
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static json write(const std::vector<T>& values, Blobs& blobs) {
    json list = json::array();
    for (const T& value : values) list.push_back(wire::write(value, blobs));
    return list;
  }
  static std::vector<T> read(const Place& place) {
    std::vector<T> values;
    const std::size_t size = place.list_size();
    for (std::size_t i = 0; i < size; ++i) values.push_back(wire::read<T>(place.at(i)));
    return values;
  }
};

/// A list of [key, value].
template <class Key, class T>
struct Codec<std::map<Key, T>> {
  static json write(const std::map<Key, T>& values, Blobs& blobs) {
    json list = json::array();
    for (const auto& [key, value] : values) {
      list.push_back(json::array({wire::write(key, blobs), wire::write(value, blobs)}));
    }
    return list;
  }
  static std::map<Key, T> read(const Place& place) {
    std::map<Key, T> values;
    const std::size_t size = place.list_size();
    for (std::size_t i = 0; i < size; ++i) {
      const Place entry = place.at(i);
      if (entry.list_size() != 2) entry.refuse("a key and a value");
      values.insert_or_assign(wire::read<Key>(entry.at(std::size_t{0})), wire::read<T>(entry.at(std::size_t{1})));
    }
    return values;
  }
};

/// {NAME: value}.
template <class... Each>
struct Codec<std::variant<Each...>> {
  using Variant = std::variant<Each...>;

  static json write(const Variant& value, Blobs& blobs) {
    json object = json::object();
    std::visit(
        [&](const auto& held) {
          object[std::string(Names<Variant>::all.at(value.index()))] = wire::write(held, blobs);
        },
        value);
    return object;
  }
  static Variant read(const Place& place) { return read_alternative<0>(place); }

 private:
  template <std::size_t index>
  static Variant read_alternative(const Place& place) {
    if constexpr (index < sizeof...(Each)) {
      constexpr std::string_view name = Names<Variant>::all[index];
      if (!place.value().is_object() || !place.value().contains(name)) return read_alternative<index + 1>(place);
      return Variant(std::in_place_index<index>,
                     wire::read<std::variant_alternative_t<index, Variant>>(place.at(name.data())));
    } else {
      place.refuse("one of its kinds");
    }
  }
};

/// A list whose elements may be many: each is a blob of JSON of its own.
template <class T>
struct Apart {
  std::vector<T> values;
};
/// The JSON of such a blob; throws BadInput.
json read_apart(const std::string& text);
std::string write_apart(const json& value);

template <class T>
struct Codec<Apart<T>> {
  static json write(const Apart<T>& list, Blobs& blobs) {
    json numbers = json::array();
    for (const T& value : list.values) {
      Blobs none;
      std::string text = write_apart(wire::write(value, none));
      numbers.push_back(blobs.size());
      blobs.push_back(std::move(text));
    }
    return numbers;
  }
  static Apart<T> read(const Place& place) {
    Apart<T> list;
    const std::size_t size = place.list_size();
    for (std::size_t i = 0; i < size; ++i) {
      const json value = read_apart(place.at(i).blob());
      Blobs none;
      list.values.push_back(wire::read<T>(Place(value, none, "list")));
    }
    return list;
  }
};

}  // namespace tstitch::wire
