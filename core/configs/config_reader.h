#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace tstitch {

/// A name in a config file and what it stands for.
template <class T>
struct ConfigName {
  std::string_view name;
  T value;
};

/// Reads the values of one config.json by key, with the default where the file is silent; every refusal is a BadInput
/// that names the file and the key (internal to core/configs). `null` counts as silence.
class ConfigReader {
 public:
  ConfigReader(std::string_view json, std::string file);

  [[noreturn]] void refuse(std::string_view key, const std::string& what, const std::string& hint = {}) const;

  [[nodiscard]] bool has(std::string_view key) const;
  /// The whole object.
  [[nodiscard]] const nlohmann::json& all() const { return json_; }
  /// The key is there, be it with null: for the few options to which null means something.
  [[nodiscard]] bool mentions(std::string_view key) const { return json_.contains(key); }
  /// The value, or null when the file is silent.
  [[nodiscard]] const nlohmann::json& value(std::string_view key) const;

  [[nodiscard]] std::optional<int> integer(std::string_view key, int least, int most) const;
  [[nodiscard]] int integer(std::string_view key, int otherwise, int least, int most) const;
  [[nodiscard]] std::optional<double> number(std::string_view key, double least, double most) const;
  [[nodiscard]] double number(std::string_view key, double otherwise, double least, double most) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const;
  [[nodiscard]] bool boolean(std::string_view key, bool otherwise) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;

  /// A list of whole numbers; `otherwise` when silent.
  [[nodiscard]] std::vector<int> integers(std::string_view key, std::vector<int> otherwise, int least, int most) const;
  /// One number for all `count` levels, or a list of `count` numbers.
  [[nodiscard]] std::vector<int> integer_per_level(std::string_view key, int otherwise, std::size_t count, int least,
                                                   int most) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key, std::vector<std::string> otherwise) const;

  template <class T>
  [[nodiscard]] std::optional<T> choice(std::string_view key, std::span<const ConfigName<T>> known) const {
    const std::optional<std::string> found = text(key);
    if (!found) return std::nullopt;
    std::string names;
    for (const ConfigName<T>& each : known) {
      if (each.name == *found) return each.value;
      names.append(names.empty() ? "" : ", ").append(each.name);
    }
    refuse_unknown(key, *found, names);
  }

  /// Refuses `quantization_config`, naming the way in which the weights are quantised.
  void refuse_quantised() const;

  /// Refuses any value but those given (and silence): an option that no supported model uses.
  void require(std::string_view key, const std::vector<nlohmann::json>& accepted) const;

  /// One element of a list as a whole number in range.
  [[nodiscard]] int element(std::string_view key, const nlohmann::json& value, int least, int most) const;

 private:
  [[noreturn]] void refuse_unknown(std::string_view key, const std::string& found, const std::string& names) const;

  nlohmann::json json_;
  std::string file_;
};

}  // namespace tstitch
