#include "core/configs/lora_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

namespace tstitch {

namespace {

/// What may follow the mark of a role.
enum class Tail {
  None,     ///< nothing
  Weight,   ///< `.weight`
  Adapter,  ///< nothing, `.weight`, `.NAME` or `.NAME.weight`
  Bias      ///< `.bias` or `.NAME.bias`
};

/// How a tensor of a role is marked in its name.
struct Mark {
  std::string_view text;
  std::string_view role;
  Tail tail;
};

constexpr std::array kMarks{
    Mark{".lora_linear_layer.down", "down", Tail::Weight},
    Mark{".lora_linear_layer.up", "up", Tail::Weight},
    Mark{".lora_A", "down", Tail::Adapter},
    Mark{".lora_B", "up", Tail::Adapter},
    Mark{".lora_B", "up_bias", Tail::Bias},
    Mark{".lora_down", "down", Tail::Adapter},
    Mark{".lora_up", "up", Tail::Adapter},
    Mark{".lora_up", "up_bias", Tail::Bias},
    Mark{".lora_mid", "mid", Tail::Adapter},
    Mark{".lora.down", "down", Tail::Weight},
    Mark{".lora.up", "up", Tail::Weight},
    Mark{"_lora.down", "down", Tail::Weight},
    Mark{"_lora.up", "up", Tail::Weight},
    Mark{".lora_embedding_A", "embedding_down", Tail::Adapter},
    Mark{".lora_embedding_B", "embedding_up", Tail::Adapter},
    Mark{".lora_magnitude_vector", "magnitude", Tail::Adapter},
    Mark{".dora_scale", "dora_scale", Tail::None},
    Mark{".alpha", "alpha", Tail::None},
    Mark{"_lora.alpha", "alpha", Tail::None},
    Mark{".scale", "scale", Tail::None},
    Mark{".scalar", "scalar", Tail::None},
    Mark{".hada_w1_a", "hada_w1_a", Tail::Adapter},
    Mark{".hada_w1_b", "hada_w1_b", Tail::Adapter},
    Mark{".hada_w2_a", "hada_w2_a", Tail::Adapter},
    Mark{".hada_w2_b", "hada_w2_b", Tail::Adapter},
    Mark{".hada_t1", "hada_t1", Tail::Adapter},
    Mark{".hada_t2", "hada_t2", Tail::Adapter},
    Mark{".lokr_w1", "lokr_w1", Tail::Adapter},
    Mark{".lokr_w1_a", "lokr_w1_a", Tail::Adapter},
    Mark{".lokr_w1_b", "lokr_w1_b", Tail::Adapter},
    Mark{".lokr_w2", "lokr_w2", Tail::Adapter},
    Mark{".lokr_w2_a", "lokr_w2_a", Tail::Adapter},
    Mark{".lokr_w2_b", "lokr_w2_b", Tail::Adapter},
    Mark{".lokr_t2", "lokr_t2", Tail::Adapter},
    Mark{".a1", "a1", Tail::Weight},
    Mark{".a2", "a2", Tail::Weight},
    Mark{".b1", "b1", Tail::Weight},
    Mark{".b2", "b2", Tail::Weight},
    Mark{".bm", "bm", Tail::Weight},
    Mark{".on_input", "on_input", Tail::None},
    Mark{".diff", "diff", Tail::None},
    Mark{".diff_b", "diff_b", Tail::None},
    Mark{".w_norm", "w_norm", Tail::None},
    Mark{".b_norm", "b_norm", Tail::None},
};

/// Roles that change a layer by themselves.
constexpr std::array<std::string_view, 19> kChanging{
    "down",        "up", "hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "lokr_w1", "lokr_w1_a", "lokr_w2",
    "lokr_w2_a",   "a1", "b1",        "ia3",       "diff",      "diff_b",    "w_norm",  "b_norm",    "embedding_down",
    "embedding_up"};

constexpr std::string_view kWeight = ".weight";
constexpr std::string_view kOnInput = ".on_input";

struct Prefix {
  std::string_view text;
  std::optional<LoraComponent> component = std::nullopt;  ///< none: a wrapper's, which says nothing
};

/// Longer prefixes stand before those that they begin with.
constexpr std::array kPrefixes{
    Prefix{"lora_unet_", LoraComponent::Network},
    Prefix{"lora_unet.", LoraComponent::Network},
    Prefix{"lycoris_", LoraComponent::Network},
    Prefix{"lora_te1_", LoraComponent::TextEncoder},
    Prefix{"lora_te1.", LoraComponent::TextEncoder},
    Prefix{"lora_te2_", LoraComponent::TextEncoder2},
    Prefix{"lora_te2.", LoraComponent::TextEncoder2},
    Prefix{"lora_te_", LoraComponent::TextEncoder},
    Prefix{"lora_te.", LoraComponent::TextEncoder},
    Prefix{"model.diffusion_model.", LoraComponent::Network},
    Prefix{"diffusion_model.", LoraComponent::Network},
    Prefix{"unet.", LoraComponent::Network},
    Prefix{"text_encoder_2.", LoraComponent::TextEncoder2},
    Prefix{"text_encoder.", LoraComponent::TextEncoder},
    Prefix{"text_encoders.clip_g.", LoraComponent::TextEncoder2},
    Prefix{"text_encoders.clip_h.", LoraComponent::TextEncoder},
    Prefix{"text_encoders.clip_l.", LoraComponent::TextEncoder},
    Prefix{"clip_g.", LoraComponent::TextEncoder2},
    Prefix{"clip_h.", LoraComponent::TextEncoder},
    Prefix{"clip_l.", LoraComponent::TextEncoder},
    Prefix{"cond_stage_model.", LoraComponent::TextEncoder},
    Prefix{"conditioner.embedders.0.", LoraComponent::TextEncoder},
    Prefix{"conditioner.embedders.1.", LoraComponent::TextEncoder2},
    Prefix{"base_model.model."},
    Prefix{"transformer."},
};

bool is_adapter_name(std::string_view text) {
  return !text.empty() && text.find('.') == std::string_view::npos && text != "weight" && text != "bias";
}

/// The adapter's name in what follows a mark, empty where there is none; nothing where the rest is no tail of that
/// kind.
std::optional<std::string_view> adapter_in(std::string_view rest, Tail tail) {
  const std::string_view last = tail == Tail::Bias ? std::string_view(".bias") : kWeight;
  const bool has_last = rest.ends_with(last);
  if (has_last) rest.remove_suffix(last.size());
  if (rest.empty()) {
    const bool wants_last = tail == Tail::Weight || tail == Tail::Bias;
    if (tail == Tail::Adapter || has_last == wants_last) return std::string_view();
    return std::nullopt;
  }
  if (rest.front() != '.' || !is_adapter_name(rest.substr(1))) return std::nullopt;
  if (tail == Tail::Adapter || (tail == Tail::Bias && has_last)) return rest.substr(1);
  return std::nullopt;
}

struct Reading {
  std::string path;
  std::string_view role;
  std::string_view adapter;
};

std::optional<Reading> read_role(std::string_view name) {
  for (const Mark& mark : kMarks) {
    const std::size_t at = name.rfind(mark.text);
    if (at == std::string_view::npos || at == 0) continue;
    const auto adapter = adapter_in(name.substr(at + mark.text.size()), mark.tail);
    if (adapter) return Reading{std::string(name.substr(0, at)), mark.role, *adapter};
  }
  return std::nullopt;
}

/// Takes prefixes off until none is left.
std::optional<LoraComponent> take_prefixes(std::string& path) {
  std::optional<LoraComponent> component;
  std::string_view rest = path;
  const auto matches = [&](const Prefix& prefix) {
    return rest.starts_with(prefix.text) && !(component && prefix.component && *component != *prefix.component);
  };
  while (true) {
    const auto found = std::find_if(kPrefixes.begin(), kPrefixes.end(), matches);
    if (found == kPrefixes.end()) break;
    rest.remove_prefix(found->text.size());
    if (found->component) component = found->component;
  }
  path.erase(0, path.size() - rest.size());
  return component;
}

bool take_start(std::string& path, std::string_view start) {
  if (!path.starts_with(start)) return false;
  path.erase(0, start.size());
  return true;
}

/// diffusers' first generation hung its layers beside the attention: `attn1.processor.to_out`.
std::string without_processor(std::string path) {
  constexpr std::string_view kProcessor = ".processor.";
  const std::size_t at = path.find(kProcessor);
  if (at != std::string::npos) path.erase(at, kProcessor.size() - 1);
  if (path.ends_with(".to_out")) path += ".0";
  return path;
}

/// The part of a path without a prefix: peft and diffusers save single networks so.
LoraComponent component_of(const std::string& path) {
  for (const std::string_view start : {"text_model.", "text_model_", "encoder.layers.", "text_projection"}) {
    if (path.starts_with(start)) return LoraComponent::TextEncoder;
  }
  return LoraComponent::Network;
}

LoraModule module_of(std::string path) {
  LoraModule module;
  const std::optional<LoraComponent> component = take_prefixes(path);
  module.component = component.value_or(component_of(path));
  if (module.component == LoraComponent::Network) {
    path = without_processor(std::move(path));
  } else if (!take_start(path, "text_model.")) {
    take_start(path, "text_model_");
  }
  module.path = std::move(path);
  return module;
}

/// `X.weight` beside `X.on_input` is IA3's scale; alone it is a layer's own weight.
std::optional<Reading> read_ia3(const std::string& name, const std::set<std::string>& all) {
  if (!name.ends_with(kWeight)) return std::nullopt;
  std::string path = name.substr(0, name.size() - kWeight.size());
  if (!all.contains(path + std::string(kOnInput))) return std::nullopt;
  return Reading{std::move(path), "ia3", {}};
}

/// Adapters that are no sum of products, by a piece of their tensors' names.
struct UnsupportedKind {
  std::string_view piece;
  std::string_view kind;
};

constexpr std::array kUnsupported{
    UnsupportedKind{".oft_blocks", "OFT"},
    UnsupportedKind{".oft_R", "OFT"},
    UnsupportedKind{".oft_r", "OFT"},
    UnsupportedKind{".oft_diag", "OFT"},
    UnsupportedKind{".boft_", "BOFT"},
    UnsupportedKind{".rescale", "OFT"},
    UnsupportedKind{".ia3_l", "IA3 of peft"},
    UnsupportedKind{".lora_E", "AdaLoRA"},
    UnsupportedKind{".ranknum", "AdaLoRA"},
    UnsupportedKind{"vera_", "VeRA"},
    UnsupportedKind{"fourierft_", "FourierFT"},
    UnsupportedKind{"waveft_", "WaveFT"},
    UnsupportedKind{".hra_u", "HRA"},
    UnsupportedKind{"ln_tuning_", "LN tuning"},
    UnsupportedKind{"vblora_", "VB-LoRA"},
    UnsupportedKind{".bone_", "Bone"},
    UnsupportedKind{".miss_", "MiSS"},
    UnsupportedKind{"randlora_", "RandLoRA"},
    UnsupportedKind{"shira_", "SHiRA"},
    UnsupportedKind{".c3a_", "C3A"},
    UnsupportedKind{".road_", "RoAd"},
    UnsupportedKind{".delora_", "DeLoRA"},
    UnsupportedKind{".gralora_", "GraLoRA"},
    UnsupportedKind{".poly_lora_", "Poly"},
    UnsupportedKind{".lambda_layer", "T-LoRA"},
    UnsupportedKind{".p_layer.", "T-LoRA"},
    UnsupportedKind{".q_layer.", "T-LoRA"},
    UnsupportedKind{".lokr_t1", "LoKr with a kernel in its first factor"},
    UnsupportedKind{".bias_indices", "LyCORIS with sparse differences"},
    UnsupportedKind{".bias_values", "LyCORIS with sparse differences"},
    UnsupportedKind{".bias_size", "LyCORIS with sparse differences"},
    UnsupportedKind{".set_weight", "replaced weights (set_weight)"},
    UnsupportedKind{".reshape_weight", "a LoRA for widened layers (reshape_weight)"},
    UnsupportedKind{"modules_to_save", "whole layers saved by peft (modules_to_save)"},
    UnsupportedKind{"motion_modules.", "a motion LoRA of AnimateDiff"},
    UnsupportedKind{"unet:", "numbered layers of the first LoRA program"},
    UnsupportedKind{"text_encoder:", "numbered layers of the first LoRA program"},
};

}  // namespace

bool LoraModule::changes_something() const {
  return std::any_of(kChanging.begin(), kChanging.end(),
                     [&](std::string_view role) { return tensors.contains(std::string(role)); });
}

LoraNames read_lora_names(const std::vector<std::string>& names) {
  LoraNames result;
  const std::set<std::string> all(names.begin(), names.end());
  std::map<std::tuple<LoraComponent, std::string>, LoraModule> modules;
  for (const std::string& name : names) {
    if (name.starts_with("bundle_emb.")) {
      result.embeddings.push_back(name);
      continue;
    }
    std::optional<Reading> read = read_ia3(name, all);
    if (!read) read = read_role(name);
    if (!read) {
      result.foreign.push_back(name);
      continue;
    }
    if (!read->adapter.empty()) result.adapters.emplace(read->adapter);
    result.is_peft = result.is_peft || name.starts_with("base_model.model.");
    LoraModule module = module_of(std::move(read->path));
    const std::tuple key{module.component, lora_layer_key(module.component, module.path)};
    LoraModule& known = modules.try_emplace(key, std::move(module)).first->second;
    // The same role twice in one module: two layouts in one file, of which neither can be trusted.
    if (!known.tensors.try_emplace(std::string(read->role), name).second) result.foreign.push_back(name);
  }
  for (auto& [key, module] : modules) {
    if (module.changes_something()) {
      result.modules.push_back(std::move(module));
      continue;
    }
    for (const auto& [role, name] : module.tensors) {
      if (role != "alpha") result.foreign.push_back(name);
    }
  }
  return result;
}

std::string lora_layer_key(LoraComponent component, std::string path) {
  std::replace(path.begin(), path.end(), '.', '_');
  if (component == LoraComponent::Network) return path;
  take_start(path, "text_model_");
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNames{{{"_attn_to_q", "_attn_q_proj"},
                                                                                 {"_attn_to_k", "_attn_k_proj"},
                                                                                 {"_attn_to_v", "_attn_v_proj"},
                                                                                 {"_attn_to_out", "_attn_out_proj"},
                                                                                 {"_attn_to_out_0", "_attn_out_proj"}}};
  for (const auto& [theirs, ours] : kNames) {
    if (path.ends_with(theirs)) path.replace(path.size() - theirs.size(), theirs.size(), ours);
  }
  return path;
}

std::string_view unsupported_adapter_kind(std::string_view name) {
  for (const UnsupportedKind& each : kUnsupported) {
    if (name.find(each.piece) != std::string_view::npos) return each.kind;
  }
  return {};
}

}  // namespace tstitch
