#include "core/configs/config_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/config_text.h"

namespace tstitch {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestList = 4096;

/// A value as a message shows it.
std::string shown(const json& value) {
  const std::string text = value.dump(-1, ' ', true);
  return in_quotes(value.is_string() ? text.substr(1, text.size() - 2) : text);
}

}  // namespace

ConfigReader::ConfigReader(std::string_view text, std::string file) : file_(std::move(file)) {
  json_ = parse_bounded_json(plain_json(text), file_, {.bytes = kLongestConfig});
  if (!json_.is_object()) throw BadInput("is no JSON object.", file_);
}

void ConfigReader::refuse(std::string_view key, const std::string& what, const std::string& hint) const {
  throw BadInput(concat(key, " ", what), file_, hint);
}

void ConfigReader::refuse_unknown(std::string_view key, const std::string& found, const std::string& names) const {
  refuse(key, concat("is ", in_quotes(found), ", which is not supported; known: ", names, "."));
}

const json& ConfigReader::value(std::string_view key) const {
  static const json kSilence;
  const auto found = json_.find(key);
  return found == json_.end() ? kSilence : *found;
}

bool ConfigReader::has(std::string_view key) const {
  return !value(key).is_null();
}

int ConfigReader::element(std::string_view key, const json& value, int least, int most) const {
  if (!value.is_number_integer()) refuse(key, concat("is ", shown(value), "; a whole number was expected."));
  const bool too_large = value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(most);
  const bool too_small = !value.is_number_unsigned() && value.get<std::int64_t>() < least;
  if (too_large || too_small || value.get<std::int64_t>() < least) {
    refuse(key, concat("is ", shown(value), ", which is not in ", least, "..", most, "."));
  }
  return value.get<int>();
}

std::optional<int> ConfigReader::integer(std::string_view key, int least, int most) const {
  if (!has(key)) return std::nullopt;
  return element(key, value(key), least, most);
}

int ConfigReader::integer(std::string_view key, int otherwise, int least, int most) const {
  return integer(key, least, most).value_or(otherwise);
}

std::optional<double> ConfigReader::number(std::string_view key, double least, double most) const {
  if (!has(key)) return std::nullopt;
  const json& found = value(key);
  if (!found.is_number()) refuse(key, concat("is ", shown(found), "; a number was expected."));
  const double number = found.get<double>();
  if (!(number >= least && number <= most)) {
    refuse(key, concat("is ", shown(found), ", which is not in ", number_text(least), "..", number_text(most), "."));
  }
  return number;
}

double ConfigReader::number(std::string_view key, double otherwise, double least, double most) const {
  return number(key, least, most).value_or(otherwise);
}

std::optional<bool> ConfigReader::boolean(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  if (!value(key).is_boolean()) refuse(key, concat("is ", shown(value(key)), "; true or false was expected."));
  return value(key).get<bool>();
}

bool ConfigReader::boolean(std::string_view key, bool otherwise) const {
  return boolean(key).value_or(otherwise);
}

std::optional<std::string> ConfigReader::text(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  if (!value(key).is_string()) refuse(key, concat("is ", shown(value(key)), "; a text was expected."));
  return value(key).get<std::string>();
}

std::vector<int> ConfigReader::integers(std::string_view key, std::vector<int> otherwise, int least, int most) const {
  if (!has(key)) return otherwise;
  const json& list = value(key);
  if (!list.is_array() || list.empty() || list.size() > kLongestList) {
    refuse(key, concat("is ", shown(list), "; a list of whole numbers was expected."));
  }
  std::vector<int> numbers;
  for (const json& each : list) numbers.push_back(element(key, each, least, most));
  return numbers;
}

std::vector<int> ConfigReader::integer_per_level(std::string_view key, int otherwise, std::size_t count, int least,
                                                 int most) const {
  if (!value(key).is_array()) return std::vector<int>(count, integer(key, otherwise, least, most));
  std::vector<int> numbers = integers(key, {}, least, most);
  if (numbers.size() != count) {
    refuse(key, concat("lists ", numbers.size(), " numbers, but the network has ", count, " levels."));
  }
  return numbers;
}

std::vector<std::string> ConfigReader::texts(std::string_view key, std::vector<std::string> otherwise) const {
  if (!has(key)) return otherwise;
  const json& list = value(key);
  const bool all_texts =
      list.is_array() && std::all_of(list.begin(), list.end(), [](const json& each) { return each.is_string(); });
  if (!all_texts || list.empty() || list.size() > kLongestList) {
    refuse(key, concat("is ", shown(list), "; a list of texts was expected."));
  }
  return list.get<std::vector<std::string>>();
}

void ConfigReader::refuse_quantised() const {
  const json& found = value("quantization_config");
  if (found.is_null()) return;
  std::string method;
  for (const char* key : {"quant_method", "quant_type"}) {
    if (found.is_object() && found.contains(key) && found[key].is_string()) method = found[key].get<std::string>();
    if (!method.empty()) break;
  }
  refuse("quantization_config",
         concat("says that the weights are quantised", method.empty() ? "" : " by " + in_quotes(method),
                ", which is not read."),
         "Choose the model's fp32, fp16, bf16 or fp8 files.");
}

void ConfigReader::require(std::string_view key, const std::vector<json>& accepted) const {
  const json& found = value(key);
  if (found.is_null() || std::find(accepted.begin(), accepted.end(), found) != accepted.end()) return;
  refuse(key, concat("is ", shown(found), ", which no supported model uses."));
}

}  // namespace tstitch
