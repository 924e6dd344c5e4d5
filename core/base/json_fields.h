#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace tstitch {

/// One JSON object read field by field; `where` is its place in messages (`request.split`). Every reader throws
/// BadInput that names the place and says what was expected and what was found. The object must outlive the reader.
class JsonFields {
 public:
  JsonFields(const nlohmann::json& object, std::string where);

  [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }
  [[nodiscard]] const nlohmann::json& at(const char* key) const;
  [[nodiscard]] JsonFields object(const char* key) const;
  [[nodiscard]] const nlohmann::json& array(const char* key) const;
  [[nodiscard]] std::string text(const char* key) const;
  [[nodiscard]] int integer(const char* key) const;
  [[nodiscard]] std::uint64_t unsigned_integer(const char* key) const;
  [[nodiscard]] double number(const char* key) const;

  /// "where.key", as messages name a field.
  [[nodiscard]] std::string place(const char* key) const;

  /// Refuses every field that is not in the list, naming all of them.
  void refuse_others(std::initializer_list<std::string_view> known) const;

 private:
  [[noreturn]] void refuse(const char* key, const char* expected) const;

  const nlohmann::json& object_;
  std::string where_;
};

}  // namespace tstitch
