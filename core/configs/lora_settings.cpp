#include "core/configs/lora_settings.h"

#include <array>
#include <cmath>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

using nlohmann::json;

struct Prefix {
  std::string_view text;
  LoraComponent component;
};

/// diffusers puts the settings of a pipeline's parts into one object, `text_encoder.lora_alpha`.
constexpr std::array kPrefixes{Prefix{"unet.", LoraComponent::Network}, Prefix{"transformer.", LoraComponent::Network},
                               Prefix{"text_encoder.", LoraComponent::TextEncoder},
                               Prefix{"text_encoder_2.", LoraComponent::TextEncoder2}};

/// One adapter's settings under a prefix of their keys.
class Settings {
 public:
  Settings(const json& object, std::string_view prefix, const std::string& file)
      : object_(object), prefix_(prefix), file_(file) {}

  [[nodiscard]] LoraScaling scaling() const {
    require_applied();
    LoraScaling scaling;
    scaling.alpha = number("lora_alpha");
    if (!scaling.alpha) scaling.alpha = number("alpha");
    scaling.rank = number("r");
    scaling.rank_stabilised = truth("use_rslora");
    scaling.alphas = pattern("alpha_pattern");
    scaling.ranks = pattern("rank_pattern");
    return scaling;
  }

 private:
  [[nodiscard]] std::string key(const char* name) const { return concat(prefix_, name); }

  [[nodiscard]] const json* find(const char* name) const {
    const auto found = object_.find(key(name));
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  [[noreturn]] void refuse(const char* name, const std::string& what) const {
    throw BadInput(concat(key(name), " ", what), file_);
  }

  [[nodiscard]] double number_in(const char* name, const json& value) const {
    const double number = value.is_number() ? value.get<double>() : 0.0;
    if (value.is_number() && std::isfinite(number)) return number;
    refuse(name, concat("is ", in_quotes(value.dump()), ", a number was expected."));
  }

  [[nodiscard]] std::optional<double> number(const char* name) const {
    const json* value = find(name);
    return value == nullptr ? std::nullopt : std::optional(number_in(name, *value));
  }

  [[nodiscard]] bool truth(const char* name) const {
    const json* value = find(name);
    if (value != nullptr && !value->is_boolean()) refuse(name, "is no true or false.");
    return value != nullptr && value->get<bool>();
  }

  /// peft reads the keys as regular expressions; what trainers write are paths.
  [[nodiscard]] std::map<std::string, double> pattern(const char* name) const {
    std::map<std::string, double> values;
    const json* object = find(name);
    if (object == nullptr) return values;
    if (!object->is_object()) refuse(name, "is no object of modules and numbers.");
    for (const auto& [module, value] : object->items()) {
      std::string path;
      for (std::size_t i = 0; i < module.size(); ++i) {
        const bool is_escaped_dot = module[i] == '\\' && i + 1 < module.size() && module[i + 1] == '.';
        if (is_escaped_dot) ++i;
        const bool is_end = module[i] == '$' && i + 1 == module.size();
        if (!is_end) path += module[i];
      }
      const std::size_t first = path.starts_with('^') ? 1 : 0;
      if (path.find_first_of("\\*+?()[]{}|^$", first) != std::string::npos) {
        refuse(name, concat("holds the expression ", in_quotes(module), "; only names of modules are read there."));
      }
      values[path] = number_in(name, value);
    }
    return values;
  }

  void require_applied() const {
    const json* kind = find("peft_type");
    if (kind != nullptr && *kind != "LORA" && *kind != "LOHA" && *kind != "LOKR") {
      refuse("peft_type", concat("is ", in_quotes(kind->is_string() ? kind->get<std::string>() : kind->dump()),
                                 ", an adapter of a kind that is not supported."));
    }
    const json* start = find("init_lora_weights");
    if (start == nullptr || !start->is_string()) return;
    const std::string name = lower_case(start->get<std::string>());
    for (const std::string_view changing : {"pissa", "olora", "corda", "loftq", "lora_ga"}) {
      if (!name.starts_with(changing)) continue;
      refuse("init_lora_weights",
             concat("is ", in_quotes(name), ", which changes the base's weights, too; ", "it is not supported."));
    }
  }

  const json& object_;
  std::string_view prefix_;
  const std::string& file_;
};

json parse_object(std::string_view text, const std::string& file) {
  json object = parse_bounded_json(text, file);
  if (!object.is_object()) throw BadInput("holds no JSON object of an adapter's settings.", file);
  return object;
}

/// The value for the longest key that names the module.
std::optional<double> value_for(const std::map<std::string, double>& values, std::string_view path) {
  std::optional<double> value;
  std::size_t longest = 0;
  for (const auto& [key, number] : values) {
    const bool whole = key.starts_with('^');
    const std::string_view name = std::string_view(key).substr(whole ? 1 : 0);
    const bool ends =
        path.ends_with(name) && (path.size() == name.size() || (!whole && path[path.size() - name.size() - 1] == '.'));
    if (!ends || (value && name.size() < longest)) continue;
    value = number;
    longest = name.size();
  }
  return value;
}

std::string text_in(const std::map<std::string, std::string>& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string() : lower_case(found->second);
}

std::string family_in(const std::map<std::string, std::string>& metadata) {
  const std::string version = text_in(metadata, "ss_base_model_version");
  const std::string architecture = text_in(metadata, "modelspec.architecture");
  if (version.starts_with("sdxl") || architecture.starts_with("stable-diffusion-xl")) return "sdxl";
  if (version.starts_with("sd_v1") || architecture.starts_with("stable-diffusion-v1")) return "sd1";
  if (version.starts_with("sd_v2") || architecture.starts_with("stable-diffusion-v2")) return "sd2";
  return {};
}

}  // namespace

double LoraScaling::of(std::string_view path, std::int64_t own_rank) const {
  const std::optional<double> said = value_for(alphas, path);
  if (!said && !alpha) return 1.0;
  double over = static_cast<double>(own_rank);
  if (own_rank == 0) {
    const std::optional<double> listed = value_for(ranks, path);
    over = listed ? *listed : rank.value_or(0.0);
  }
  if (!(over > 0.0)) return 1.0;
  return said.value_or(alpha.value_or(over)) / (rank_stabilised ? std::sqrt(over) : over);
}

double LoraSettings::scale(const LoraModule& module, std::int64_t rank) const {
  const auto found = scaling.find(module.component);
  return found == scaling.end() ? 1.0 : found->second.of(module.path, rank);
}

LoraSettings read_lora_metadata(const std::map<std::string, std::string>& metadata, const std::string& file) {
  LoraSettings settings;
  settings.family = family_in(metadata);
  const auto found = metadata.find("lora_adapter_metadata");
  if (found == metadata.end()) return settings;
  const std::string place = concat(file, ": lora_adapter_metadata");
  const json object = parse_object(found->second, place);
  bool has_prefix = false;
  for (const Prefix& prefix : kPrefixes) {
    for (const auto& [key, value] : object.items()) {
      if (!key.starts_with(prefix.text)) continue;
      settings.scaling[prefix.component] = Settings(object, prefix.text, place).scaling();
      has_prefix = true;
      break;
    }
  }
  if (!has_prefix) settings.scaling[LoraComponent::Network] = Settings(object, {}, place).scaling();
  return settings;
}

LoraSettings parse_adapter_settings(std::string_view text, const std::string& file) {
  const LoraScaling scaling = Settings(parse_object(text, file), {}, file).scaling();
  LoraSettings settings;
  for (const LoraComponent component :
       {LoraComponent::Network, LoraComponent::TextEncoder, LoraComponent::TextEncoder2}) {
    settings.scaling[component] = scaling;
  }
  return settings;
}

}  // namespace tstitch
