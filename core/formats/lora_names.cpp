#include "core/formats/lora_names.h"

#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include "core/base/text.h"

namespace tstitch {

namespace {

struct Suffix {
  std::string_view text;
  std::string_view role;
};

/// How a name ends, and the role of its tensor. Longer endings stand before those that they end with.
constexpr std::array kSuffixes{
    Suffix{".lora_linear_layer.down.weight", "down"},
    Suffix{".lora_linear_layer.up.weight", "up"},
    Suffix{".lora_A.default.weight", "down"},
    Suffix{".lora_B.default.weight", "up"},
    Suffix{".lora_down.weight", "down"},
    Suffix{".lora_up.weight", "up"},
    Suffix{".lora_mid.weight", "mid"},
    Suffix{".lora.down.weight", "down"},
    Suffix{".lora.up.weight", "up"},
    Suffix{".lora_A.weight", "down"},
    Suffix{".lora_B.weight", "up"},
    Suffix{"_lora.down.weight", "down"},
    Suffix{"_lora.up.weight", "up"},
    Suffix{".alpha", "alpha"},
    Suffix{".hada_w1_a", "hada_w1_a"},
    Suffix{".hada_w1_b", "hada_w1_b"},
    Suffix{".hada_w2_a", "hada_w2_a"},
    Suffix{".hada_w2_b", "hada_w2_b"},
    Suffix{".hada_t1", "hada_t1"},
    Suffix{".hada_t2", "hada_t2"},
    Suffix{".lokr_w1_a", "lokr_w1_a"},
    Suffix{".lokr_w1_b", "lokr_w1_b"},
    Suffix{".lokr_w2_a", "lokr_w2_a"},
    Suffix{".lokr_w2_b", "lokr_w2_b"},
    Suffix{".lokr_w1", "lokr_w1"},
    Suffix{".lokr_w2", "lokr_w2"},
    Suffix{".lokr_t2", "lokr_t2"},
};

struct Prefix {
  std::string_view text;
  LoraComponent component;
  LoraSpelling spelling;
};

constexpr std::array kPrefixes{
    Prefix{"lora_unet_", LoraComponent::Network, LoraSpelling::Underscored},
    Prefix{"lora_te1_", LoraComponent::TextEncoder, LoraSpelling::Underscored},
    Prefix{"lora_te2_", LoraComponent::TextEncoder2, LoraSpelling::Underscored},
    Prefix{"lora_te_", LoraComponent::TextEncoder, LoraSpelling::Underscored},
    Prefix{"unet.", LoraComponent::Network, LoraSpelling::Dotted},
    Prefix{"text_encoder_2.", LoraComponent::TextEncoder2, LoraSpelling::Dotted},
    Prefix{"text_encoder.", LoraComponent::TextEncoder, LoraSpelling::Dotted},
    Prefix{"base_model.model.", LoraComponent::Network, LoraSpelling::Dotted},
};

/// diffusers' first generation hung its layers beside the attention: `attn1.processor.to_out`.
std::string without_processor(std::string path) {
  constexpr std::string_view kProcessor = ".processor.";
  const std::size_t at = path.find(kProcessor);
  if (at != std::string::npos) path.replace(at, kProcessor.size(), ".");
  if (path.ends_with(".to_out")) path += ".0";
  return path;
}

/// Text encoders are spelled with and without `text_model`; their attention also as the U-Net's.
std::string text_path(std::string path, LoraSpelling spelling) {
  const std::string_view prefix = spelling == LoraSpelling::Dotted ? "text_model." : "text_model_";
  if (path.starts_with(prefix)) path.erase(0, prefix.size());
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kNames{
      {{".to_q", ".q_proj"}, {".to_k", ".k_proj"}, {".to_v", ".v_proj"}, {".to_out.0", ".out_proj"}}};
  for (const auto& [theirs, ours] : kNames) {
    if (path.ends_with(theirs)) path.replace(path.size() - theirs.size(), theirs.size(), ours);
  }
  return path;
}

std::optional<std::pair<LoraModule, std::string_view>> read_name(std::string_view name) {
  for (const Suffix& suffix : kSuffixes) {
    if (!name.ends_with(suffix.text)) continue;
    std::string path(name.substr(0, name.size() - suffix.text.size()));
    LoraModule module;
    for (const Prefix& prefix : kPrefixes) {
      if (!path.starts_with(prefix.text)) continue;
      path.erase(0, prefix.text.size());
      module.component = prefix.component;
      module.spelling = prefix.spelling;
      break;
    }
    if (path.starts_with("base_model.model.")) path.erase(0, std::string_view("base_model.model.").size());
    path = without_processor(std::move(path));
    if (module.component != LoraComponent::Network) path = text_path(std::move(path), module.spelling);
    module.path = std::move(path);
    return std::pair{std::move(module), suffix.role};
  }
  return std::nullopt;
}

}  // namespace

LoraNames read_lora_names(const std::vector<std::string>& names) {
  LoraNames result;
  std::map<std::tuple<LoraComponent, std::string>, LoraModule> modules;
  for (const std::string& name : names) {
    auto read = read_name(name);
    if (!read) {
      result.foreign.push_back(name);
      continue;
    }
    auto& [module, role] = *read;
    const std::tuple key{module.component, module.path};
    LoraModule& known = modules.try_emplace(key, std::move(module)).first->second;
    // The same role twice in one module: two layouts in one file, of which neither can be trusted.
    if (!known.tensors.try_emplace(std::string(role), name).second) result.foreign.push_back(name);
  }
  for (auto& [key, module] : modules) result.modules.push_back(std::move(module));
  return result;
}

}  // namespace tstitch
