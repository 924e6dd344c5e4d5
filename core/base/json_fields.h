#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace tstitch {

/// One JSON object read field by field. `file` and `path` are its place in messages: "a.png: request.split". Every
/// reader throws BadInput that names the place and says what was expected and what was found. The object must outlive
/// the reader.
class JsonFields {
 public:
  JsonFields(const nlohmann::json& object, std::string file, std::string path = {});

  [[nodiscard]] bool has(const char* key) const { return object_->contains(key); }
  [[nodiscard]] const nlohmann::json& at(const char* key) const;
  [[nodiscard]] JsonFields object(const char* key) const;
  [[nodiscard]] const nlohmann::json& array(const char* key) const;
  /// A list of objects, each with its place: "request.denoisers[1]".
  [[nodiscard]] std::vector<JsonFields> objects(const char* key) const;
  [[nodiscard]] std::string text(const char* key) const;
  [[nodiscard]] int integer(const char* key) const;
  [[nodiscard]] std::uint64_t unsigned_integer(const char* key) const;
  [[nodiscard]] double number(const char* key) const;
  [[nodiscard]] bool truth(const char* key) const;

  /// As messages name a field: "a.png: request.split.rule".
  [[nodiscard]] std::string place(const char* key) const;

  /// Refuses every field that is not in the list, naming all of them.
  void refuse_others(std::initializer_list<std::string_view> known) const;

 private:
  [[noreturn]] void refuse(const char* key, const char* expected) const;

  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] std::string place() const;

  const nlohmann::json* object_;
  std::string file_;
  std::string path_;
};

}  // namespace tstitch
