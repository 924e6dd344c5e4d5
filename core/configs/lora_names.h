#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// Which part of a model a low-rank module belongs to.
enum class LoraComponent { Network, TextEncoder, TextEncoder2 };

/// The tensors of one changed module.
struct LoraModule {
  LoraComponent component = LoraComponent::Network;
  /// What the file calls it, without the component's prefix: `down_blocks.0.attentions.0.proj_in`,
  /// `input_blocks_1_1_proj_in`; text encoders' without `text_model`.
  std::string path;
  /// By role: `down` [r, in, ...], `up` [out, r, ...], `mid` [r, r, k, k]; LoHa's `hada_w1_a`, `hada_w1_b`,
  /// `hada_w2_a`, `hada_w2_b`, `hada_t1`, `hada_t2`; LoKr's `lokr_w1`, `lokr_w1_a`, `lokr_w1_b`, `lokr_w2`,
  /// `lokr_w2_a`, `lokr_w2_b`, `lokr_t2`; GLoRA's `a1`, `a2`, `b1`, `b2`, `bm`; IA3's `ia3` and `on_input`; an
  /// embedding's `embedding_down` [r, n], `embedding_up` [d, r]; whole differences `diff` and `w_norm` of the weight,
  /// `diff_b` and `b_norm` of the bias; `up_bias` of the factor `up`. What scales them: `alpha`, `scale` and `scalar`
  /// (one number each), DoRA's `magnitude` (one for each output) and `dora_scale` (one for each output or each input).
  std::map<std::string, std::string> tensors;

  [[nodiscard]] bool has(const char* role) const { return tensors.contains(role); }
  /// A scale alone changes nothing.
  [[nodiscard]] bool changes_something() const;
};

/// What an adapter file holds (LoRA, Hu et al. 2021; LoHa and LoKr, Yeh et al. 2023; DoRA, Liu et al. 2024; IA3, Liu et
/// al. 2022; GLoRA, Chavan et al. 2023; whole differences).
struct LoraNames {
  std::vector<LoraModule> modules;      ///< sorted by component and path; each changes something
  std::set<std::string> adapters;       ///< the names that peft gives adapters, where it does: `default`
  std::vector<std::string> embeddings;  ///< bundled textual inversions, `bundle_emb.WORD.string_to_param.*`
  std::vector<std::string> foreign;     ///< names of no known layout
  bool is_peft = false;                 ///< named as peft saves an adapter, whose scale stands in adapter_config.json
};

/// Reads the layouts of kohya and LyCORIS (`lora_unet_`, `lora_te_`, `lora_te1_`, `lora_te2_`, `lycoris_`), diffusers
/// in its three generations (`...processor.to_q_lora.down`, `...to_q.lora.down`, `...to_q.lora_A`; text encoders'
/// `lora_linear_layer`), peft (`base_model.model.`, with and without the adapter's name), ComfyUI (`diffusion_model.`,
/// `text_encoders.clip_l.transformer.`) and OneTrainer (`unet.`, `clip_l.`), told by the names alone.
LoraNames read_lora_names(const std::vector<std::string>& names);

/// A layer's name as all files can be compared: `_` for each dot, diffusers' and transformers' spellings of attention
/// in one.
std::string lora_layer_key(LoraComponent component, std::string path);

/// The kind of adapter that a tensor of that name belongs to, where it is one that is not applied: `OFT`, `AdaLoRA`.
/// Empty for all others.
std::string_view unsupported_adapter_kind(std::string_view name);

}  // namespace tstitch
