#include "core/configs/foreign_kinds.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

struct Kind {
  std::string_view piece;  ///< of a tensor's name; `^` in front: the name begins with it
  std::string_view what;
};

/// What stands beside a model and may hold low-rank factors, too. The first that occurs names the file.
constexpr std::array kCompanions{
    Kind{"lora_controlnet", "a Control-LoRA"},
    Kind{"lllite_", "a ControlLLLite"},
    Kind{"control_add_embedding.", "a union ControlNet"},
    Kind{"task_embedding", "a union ControlNet"},
    Kind{"^ip_adapter.", "an IP-Adapter"},
    Kind{"^image_proj.", "an IP-Adapter"},
    Kind{".to_k_ip.", "an IP-Adapter"},
    Kind{".processor.to_k_ip", "an IP-Adapter"},
    Kind{"image_proj_model.", "an IP-Adapter"},
    Kind{"id_encoder.", "a PhotoMaker"},
    Kind{"base_to_ctrl", "a ControlNet-XS"},
    Kind{"position_net.", "a GLIGEN network"},
    Kind{"motion_modules.", "a motion module of AnimateDiff"},
    Kind{".time_stack.", "a Stable Video Diffusion network"},
    Kind{"temporal_transformer_blocks.", "a Stable Video Diffusion network"},
    Kind{"RDB1.conv1.", "an upscaler"},
    Kind{"rdb1.conv1.", "an upscaler"},
    Kind{"residual_group.blocks.0.", "an upscaler"},
    Kind{"^conv_first.", "an upscaler"},
    Kind{"^model.1.sub.0.", "an upscaler"},
};

/// Other families' networks.
constexpr std::array kNetworks{
    Kind{"joint_blocks.0.", "a Stable Diffusion 3 transformer"},
    Kind{"double_stream_blocks.0.", "a HiDream transformer"},
    Kind{"img_mod.1.", "a Qwen-Image transformer"},
    Kind{"double_blocks.0.", "a FLUX transformer"},
    Kind{"single_transformer_blocks.0.", "a FLUX transformer"},
    Kind{"double_layers.0.", "an AuraFlow transformer"},
    Kind{"transformer_blocks.0.norm1_context.", "a transformer of the SD 3 or FLUX kind"},
    Kind{"text_embedding.0.weight", "a Wan video transformer"},
    Kind{"patchify_proj.", "an LTX video transformer"},
    Kind{"y_embedder.y_proj.", "a PixArt or SANA transformer"},
    Kind{"caption_projection.linear_1.", "a PixArt or SANA transformer"},
    Kind{"cap_embedder.", "a Lumina transformer"},
    Kind{"mlp_t5.", "a HunyuanDiT transformer"},
    Kind{"clip_txt_mapper.", "a Stable Cascade network"},
    Kind{"clip_txt_pooled_mapper.", "a Stable Cascade network"},
    Kind{"encoder_hid_proj.", "a U-Net that takes pictures or T5 text (Kandinsky, DeepFloyd)"},
};

constexpr std::array kStrays{
    Kind{"vision_model.", "an image encoder"},
    Kind{"visual.transformer.", "an image encoder"},
    Kind{"encoder.block.0.layer.0.SelfAttention.q.weight", "a T5 text encoder"},
    Kind{"model.layers.0.self_attn.q_proj.weight", "a language model"},
    Kind{"exp_avg", "an optimiser's state"},
};

struct Class {
  std::string_view name;
  std::string_view what;
};

constexpr std::array kClasses{
    Class{"ControlNetUnionModel", "a union ControlNet"},
    Class{"ControlNetModel_Union", "a union ControlNet"},
    Class{"ControlNetXSAdapter", "a ControlNet-XS"},
    Class{"UNetControlNetXSModel", "a ControlNet-XS"},
    Class{"SparseControlNetModel", "a ControlNet of AnimateDiff"},
    Class{"MultiControlNetModel", "several ControlNets"},
    Class{"MultiAdapter", "several T2I-Adapters"},
    Class{"SD3ControlNetModel", "a ControlNet of Stable Diffusion 3"},
    Class{"FluxControlNetModel", "a ControlNet of FLUX"},
    Class{"HunyuanDiT2DControlNetModel", "a ControlNet of HunyuanDiT"},
    Class{"MotionAdapter", "a motion module of AnimateDiff"},
    Class{"UNetMotionModel", "a motion module of AnimateDiff"},
    Class{"UNetSpatioTemporalConditionModel", "a Stable Video Diffusion network"},
    Class{"AutoencoderKLTemporalDecoder", "a video autoencoder"},
    Class{"ConsistencyDecoderVAE", "a consistency decoder"},
    Class{"AsymmetricAutoencoderKL", "an asymmetric autoencoder"},
    Class{"SD3Transformer2DModel", "a Stable Diffusion 3 transformer"},
    Class{"FluxTransformer2DModel", "a FLUX transformer"},
    Class{"PixArtTransformer2DModel", "a PixArt transformer"},
    Class{"SanaTransformer2DModel", "a SANA transformer"},
    Class{"HunyuanDiT2DModel", "a HunyuanDiT transformer"},
    Class{"AuraFlowTransformer2DModel", "an AuraFlow transformer"},
    Class{"QwenImageTransformer2DModel", "a Qwen-Image transformer"},
    Class{"WanTransformer3DModel", "a Wan video transformer"},
    Class{"StableCascadeUNet", "a Stable Cascade network"},
    Class{"UNet2DModel", "a U-Net without text or classes"},
    Class{"CLIPTextModel", "a text encoder"},
    Class{"CLIPTextModelWithProjection", "a text encoder"},
    Class{"CLIPVisionModelWithProjection", "an image encoder"},
};

bool occurs(const TensorShapes& tensors, std::string_view piece) {
  if (!piece.starts_with('^')) {
    return std::any_of(tensors.begin(), tensors.end(),
                       [&](const auto& tensor) { return tensor.first.find(piece) != std::string::npos; });
  }
  const std::string start(piece.substr(1));
  const auto first = tensors.lower_bound(start);
  return first != tensors.end() && first->first.starts_with(start);
}

template <std::size_t Count>
std::string_view first_of(const std::array<Kind, Count>& kinds, const TensorShapes& tensors) {
  for (const Kind& kind : kinds) {
    if (occurs(tensors, kind.piece)) return kind.what;
  }
  return {};
}

/// Nothing where the kind is none.
void refuse(std::string_view kind, const std::string& file, std::string_view expected) {
  if (kind.empty()) return;
  const std::string taken = expected.empty() ? std::string() : concat("; expected ", expected);
  throw BadInput(concat("is ", kind, ", which is not supported", taken, "."), file);
}

}  // namespace

std::vector<std::string> names_of(const TensorShapes& tensors) {
  std::vector<std::string> names;
  names.reserve(tensors.size());
  for (const auto& [name, shape] : tensors) names.push_back(name);
  return names;
}

LoraNames lora_names_of(const TensorShapes& tensors) {
  return read_lora_names(names_of(tensors));
}

void refuse_unsupported_adapter(const std::vector<std::string>& names, const TensorShapes& tensors,
                                const std::string& file) {
  for (const std::string& name : names) {
    const std::string_view kind = unsupported_adapter_kind(name);
    if (kind.empty()) continue;
    const bool is_butterfly = kind == "OFT" && tensors.at(name).size() == 4;
    throw BadInput(concat("is an adapter of the kind ", is_butterfly ? "BOFT" : kind, " (tensor ", name,
                          "), which is not supported."),
                   file, "Supported are LoRA, DoRA, LoHa, LoKr, GLoRA, IA3 and whole differences.");
  }
}

std::string_view foreign_kind(const TensorShapes& tensors) {
  const std::string_view companion = first_of(kCompanions, tensors);
  if (!companion.empty()) return companion;
  const std::string_view network = foreign_network(tensors);
  // What changes such a network is a LoRA, whose fit says what it is for.
  return !network.empty() && !lora_names_of(tensors).modules.empty() ? std::string_view() : network;
}

std::string_view foreign_network(const TensorShapes& tensors) {
  return first_of(kNetworks, tensors);
}

std::string_view stray_kind(const TensorShapes& tensors) {
  return first_of(kStrays, tensors);
}

std::string_view foreign_class(std::string_view name) {
  const auto found =
      std::find_if(kClasses.begin(), kClasses.end(), [&](const Class& each) { return each.name == name; });
  return found == kClasses.end() ? std::string_view() : found->what;
}

void refuse_foreign_kind(const TensorShapes& tensors, const std::string& file, std::string_view expected) {
  refuse(foreign_kind(tensors), file, expected);
}

void refuse_stray_kind(const TensorShapes& tensors, const std::string& file, std::string_view expected) {
  refuse(stray_kind(tensors), file, expected);
}

}  // namespace tstitch
