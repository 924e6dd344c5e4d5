#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/configs/lora_names.h"

namespace tstitch {

/// How peft's settings scale the modules of one component: alpha / r, or alpha / sqrt(r).
struct LoraScaling {
  std::optional<double> alpha;
  std::optional<double> rank;  ///< of modules whose tensors do not tell theirs
  bool rank_stabilised = false;
  std::map<std::string, double> alphas;  ///< by the end of a module's path, or the whole path behind `^`
  std::map<std::string, double> ranks;   ///< likewise

  /// 1 where the settings say nothing. `rank`: what the tensors tell, 0 for nothing.
  [[nodiscard]] double of(std::string_view path, std::int64_t rank) const;
};

/// What stands beside an adapter's tensors: diffusers' metadata `lora_adapter_metadata`, peft's adapter_config.json.
struct LoraSettings {
  std::map<LoraComponent, LoraScaling> scaling;
  /// What the metadata say it was trained on: `sdxl`, `sd1`, `sd2`; empty where they are silent.
  std::string family;

  [[nodiscard]] double scale(const LoraModule& module, std::int64_t rank) const;
};

/// A safetensors file's metadata. Throws BadInput naming `file` for settings that cannot be read or that change what
/// the adapter is (a kind that is not applied, an initialisation that changes the base).
LoraSettings read_lora_metadata(const std::map<std::string, std::string>& metadata, const std::string& file);

/// peft's adapter_config.json. Throws BadInput likewise.
LoraSettings parse_adapter_settings(std::string_view json, const std::string& file);

}  // namespace tstitch
