#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// Which part of a model a low-rank module belongs to.
enum class LoraComponent { Network, TextEncoder, TextEncoder2 };

/// How a file spells the modules it changes.
enum class LoraSpelling {
  Dotted,      ///< `down_blocks.0.attentions.0.proj_in`: diffusers, peft
  Underscored  ///< `down_blocks_0_attentions_0_proj_in`, `input_blocks_1_1_proj_in`: kohya; which dots were, the
               ///< network knows
};

/// The tensors of one changed module.
struct LoraModule {
  LoraComponent component = LoraComponent::Network;
  LoraSpelling spelling = LoraSpelling::Dotted;
  std::string path;  ///< without component and `.weight`; text encoders' without `text_model`
  /// By role: `down` [r, in, ...], `up` [out, r, ...], `mid` [r, r, k, k], `alpha` (one number); LoHa's `hada_w1_a`,
  /// `hada_w1_b`, `hada_w2_a`, `hada_w2_b`, `hada_t1`, `hada_t2`; LoKr's `lokr_w1`, `lokr_w1_a`, `lokr_w1_b`,
  /// `lokr_w2`, `lokr_w2_a`, `lokr_w2_b`, `lokr_t2`.
  std::map<std::string, std::string> tensors;
};

/// What a low-rank adapter file holds (LoRA, Hu et al. 2021; LoHa and LoKr, Yeh et al. 2023).
struct LoraNames {
  std::vector<LoraModule> modules;   ///< sorted by component and path
  std::vector<std::string> foreign;  ///< names of no known layout: DoRA's scales, full differences, anything else
};

/// Reads the layouts of kohya (`lora_unet_`, `lora_te_`, `lora_te1_`, `lora_te2_`), diffusers in its three generations
/// (`...processor.to_q_lora.down`, `...to_q.lora.down`, `...to_q.lora_A`; text encoders' `lora_linear_layer`) and peft
/// (`base_model.model.`), told by the names alone.
LoraNames read_lora_names(const std::vector<std::string>& names);

}  // namespace tstitch
