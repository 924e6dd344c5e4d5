#include "core/models/model_identity.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/adapter_config.h"
#include "core/configs/dit_config.h"
#include "core/configs/embedding_layout.h"
#include "core/configs/foreign_kinds.h"
#include "core/configs/inferred_config.h"
#include "core/configs/lora_names.h"
#include "core/configs/single_file.h"
#include "core/configs/weight_scales.h"
#include "core/formats/byte_source.h"
#include "core/formats/safetensors_file.h"
#include "core/formats/torch_archive.h"
#include "core/formats/weight_file_kind.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr const char* kSd = "sd";
constexpr const char* kSdxl = "sdxl";
constexpr const char* kLdmVq = "ldm-vq";

/// Of all tensors, or the largest number there is.
std::int64_t parameter_count(const TensorShapes& tensors) {
  std::int64_t sum = 0;
  for (const auto& [name, shape] : tensors) {
    if (__builtin_add_overflow(sum, element_count(shape), &sum)) return std::numeric_limits<std::int64_t>::max();
  }
  return sum;
}

bool has(const TensorShapes& tensors, const std::string& name) {
  return tensors.contains(name);
}

bool has_prefix(const TensorShapes& tensors, const std::string& prefix) {
  const auto first = tensors.lower_bound(prefix);
  return first != tensors.end() && first->first.starts_with(prefix);
}

bool has_part(const TensorShapes& tensors, std::string_view part) {
  return std::any_of(tensors.begin(), tensors.end(),
                     [&](const auto& tensor) { return tensor.first.find(part) != std::string::npos; });
}

/// A side of a tensor; 0 where there is no such.
std::int64_t side_of(const TensorShapes& tensors, const std::string& name, std::size_t dimension) {
  const auto tensor = tensors.find(name);
  return tensor == tensors.end() || tensor->second.size() <= dimension ? 0 : tensor->second[dimension];
}

/// What SDXL's distilled relatives are told by: their middle, and how deep their transformers are.
std::string sdxl_family(const UnetConfig& unet) {
  if (unet.time_cond_proj_dim) return "lcm-sdxl";
  if (unet.down.size() > 3) return "sdxl-refiner";
  if (unet.mid == UnetMidBlock::None) return "koala-700m";
  if (unet.down.front().layers == 1) return "koala-1b";
  if (unet.mid == UnetMidBlock::CrossAttention) return "sdxl";
  return unet.up.size() > 1 && unet.up[1].transformer_layers.front() > 1 ? "ssd-1b" : "segmind-vega";
}

/// BK-SDM takes a layer of every level, then the middle, then the innermost level.
std::string bk_sdm_family(const UnetConfig& unet) {
  const std::string version = unet.use_linear_projection ? "bk-sdm-v2-" : "bk-sdm-";
  if (unet.mid != UnetMidBlock::None) return version + "base";
  return version + (unet.down.size() > 3 ? "small" : "tiny");
}

std::string family_of(const UnetConfig& unet) {
  if (unet.addition == Addition::TextTime) return sdxl_family(unet);
  if (unet.down.front().layers == 1) return bk_sdm_family(unet);
  return unet.use_linear_projection ? "sd2" : "sd1";
}

/// Other uses of the same networks show in what they take.
std::string with_purpose(const std::string& family, const UnetConfig& unet) {
  if (unet.in_channels == 9) return family + "-inpainting";
  if (unet.in_channels == 8) return family + "-instruct-pix2pix";
  return family;
}

std::string unet_latent_space(const UnetConfig& unet) {
  return unet.addition == Addition::TextTime ? kSdxl : kSd;
}

/// ControlNets and LoRAs show of a U-Net only its width of text and the kind of its projections.
std::string family_of_context(std::int64_t context, bool pooled) {
  if (pooled || context == 2048) return "sdxl";
  if (context == 1280) return "sdxl-refiner";
  if (context == 1024) return "sd2";
  return context == 768 ? "sd1" : "";
}

ModelIdentity identity(ModelRole role, std::string family, std::string layout, std::string latent_space = {}) {
  return {role, std::move(family), std::move(layout), std::move(latent_space), 0};
}

using Found = std::optional<ModelIdentity>;

std::string dit_size_name(std::int64_t depth, std::int64_t width, std::int64_t patch) {
  struct Size {
    const char* name;
    std::int64_t depth, width;
  };
  constexpr std::array kSizes{Size{"s", 12, 384}, Size{"b", 12, 768}, Size{"l", 24, 1024}, Size{"xl", 28, 1152}};
  for (const Size& size : kSizes) {
    if (size.depth == depth && size.width == width) return concat("dit-", size.name, "/", patch);
  }
  return concat("dit/", patch);
}

/// Under diffusers' names.
std::string dit_family_of(const TensorShapes& tensors) {
  std::int64_t depth = 0;
  while (has(tensors, concat("transformer_blocks.", depth, ".attn1.to_q.weight"))) ++depth;
  return dit_size_name(depth, side_of(tensors, "pos_embed.proj.weight", 0),
                       side_of(tensors, "pos_embed.proj.weight", 2));
}

Found diffusers_transformer(const TensorShapes& tensors) {
  if (!has(tensors, "transformer_blocks.0.norm1.emb.class_embedder.embedding_table.weight")) return std::nullopt;
  return identity(ModelRole::Denoiser, dit_family_of(tensors), "diffusers", kSd);
}

Found diffusers_unet(const TensorShapes& tensors, const std::string& file) {
  if (!has(tensors, "down_blocks.0.resnets.0.conv1.weight") || !has(tensors, "conv_in.weight")) return std::nullopt;
  const bool control = has(tensors, "controlnet_cond_embedding.conv_in.weight");
  if (control || !has(tensors, "up_blocks.0.resnets.0.conv1.weight")) return std::nullopt;
  const UnetConfig unet = infer_unet_config(tensors, file);
  return identity(ModelRole::Denoiser, unet_family(unet), "diffusers", unet_latent_space(unet));
}

std::string controlnet_family(const TensorShapes& tensors) {
  std::int64_t context = 0;
  for (const auto& [name, shape] : tensors) {
    if (name.ends_with("attn2.to_k.weight") && shape.size() == 2) context = shape[1];
  }
  const bool pooled = has(tensors, "add_embedding.linear_1.weight");
  const std::string family = family_of_context(context, pooled);
  return family.empty() ? "controlnet" : "controlnet-" + family;
}

Found controlnet(const TensorShapes& tensors) {
  if (!has(tensors, "controlnet_cond_embedding.conv_in.weight")) return std::nullopt;
  const bool pooled = has(tensors, "add_embedding.linear_1.weight");
  return identity(ModelRole::ControlNet, controlnet_family(tensors), "diffusers", pooled ? kSdxl : kSd);
}

std::string adapter_family(AdapterKind kind) {
  if (kind == AdapterKind::Light) return "t2i-adapter-light";
  return kind == AdapterKind::FullXl ? "t2i-adapter-sdxl" : "t2i-adapter";
}

Found t2i_adapter(const TensorShapes& tensors, const std::string& file) {
  if (!is_adapter(tensors)) return std::nullopt;
  const AdapterConfig adapter = infer_adapter_config(tensors, file);
  return identity(ModelRole::Adapter, adapter_family(adapter.kind), "diffusers",
                  adapter.kind == AdapterKind::FullXl ? kSdxl : kSd);
}

Found autoencoder(const TensorShapes& tensors) {
  for (const char* half : {"decoder.layers.0.weight", "encoder.layers.0.weight"}) {
    if (has(tensors, half)) return identity(ModelRole::Autoencoder, "taesd", "diffusers");
  }
  if (!has(tensors, "encoder.conv_in.weight") || !has(tensors, "decoder.conv_in.weight")) return std::nullopt;
  const bool quantised = has(tensors, "quantize.embedding.weight");
  return identity(ModelRole::Autoencoder, quantised ? "vq-vae" : "kl-vae", "diffusers", quantised ? kLdmVq : "");
}

std::string clip_family(std::int64_t width, bool projected) {
  if (width == 768) return "clip-l";
  if (width == 1024) return "openclip-h";
  return width == 1280 && projected ? "openclip-bigg" : "clip-text";
}

Found text_encoder(const TensorShapes& tensors) {
  for (const std::string prefix : {"text_model.", ""}) {
    const std::string table = prefix + "embeddings.token_embedding.weight";
    if (!has(tensors, table) || !has(tensors, prefix + "final_layer_norm.weight")) continue;
    return identity(ModelRole::TextEncoder,
                    clip_family(side_of(tensors, table, 1), has(tensors, "text_projection.weight")), "transformers");
  }
  if (!has(tensors, "transformer.resblocks.0.ln_1.weight") || !has(tensors, "token_embedding.weight"))
    return std::nullopt;
  return identity(ModelRole::TextEncoder, clip_family(side_of(tensors, "token_embedding.weight", 1), true),
                  "open_clip");
}

/// How adapters are spelled; the first that occurs names the layout.
struct LoraMark {
  std::string_view piece;
  const char* layout;
};
constexpr std::array kLoraMarks{
    LoraMark{".on_input", "kohya (IA3)"},
    LoraMark{".a1.weight", "kohya (GLoRA)"},
    LoraMark{".hada_w1_a", "kohya (LoHa)"},
    LoraMark{".lokr_w", "kohya (LoKr)"},
    LoraMark{".dora_scale", "kohya (DoRA)"},
    LoraMark{".lora_magnitude_vector", "peft (DoRA)"},
    LoraMark{"diffusion_model.", "ComfyUI"},
    LoraMark{".lora_down", "kohya"},
    LoraMark{".lora_A", "peft"},
    LoraMark{".lora.down.weight", "diffusers"},
    LoraMark{"_lora.down.weight", "diffusers (older)"},
    LoraMark{".lora_linear_layer.down", "diffusers"},
};

const char* lora_layout(const TensorShapes& tensors) {
  for (const LoraMark& mark : kLoraMarks) {
    if (has_part(tensors, mark.piece)) return mark.layout;
  }
  return "kohya (whole differences)";
}

/// The width of the text that a LoRA's cross attentions take; 0 where it does not show.
std::int64_t lora_context(const TensorShapes& tensors) {
  std::int64_t context = 0;
  for (const auto& [name, shape] : tensors) {
    const bool key = name.find("attn2_to_k") != std::string::npos || name.find("attn2.to_k") != std::string::npos ||
                     name.find("attn2.processor.to_k") != std::string::npos;
    const bool whole = name.ends_with(".diff");
    const bool down = name.find("down.") != std::string::npos || name.find("lora_A") != std::string::npos;
    if (key && (down || whole) && shape.size() >= 2) context = std::max(context, shape[1]);
  }
  return context;
}

Found lora(const TensorShapes& tensors, const std::string& file) {
  const LoraNames names = lora_names_of(tensors);
  if (names.modules.empty()) return std::nullopt;
  refuse_unsupported_adapter(names.foreign, tensors, file);
  const char* layout = lora_layout(tensors);
  const bool second_text = has_prefix(tensors, "lora_te2_") || has_prefix(tensors, "text_encoder_2.") ||
                           has_prefix(tensors, "clip_g.") || has_prefix(tensors, "text_encoders.clip_g.");
  const std::string family = family_of_context(lora_context(tensors), second_text);
  const std::string kind = std::string_view(layout) == "kohya (IA3)" ? "ia3" : "lora";
  const char* space = family.empty() ? "" : family.starts_with("sdxl") ? kSdxl : kSd;
  return identity(ModelRole::Lora, family.empty() ? kind : concat(kind, "-", family), layout, space);
}

/// Told by the width of its vectors.
Found embedding(const TensorShapes& tensors, const std::string& file) {
  if (!is_embedding(tensors)) return std::nullopt;
  const EmbeddingLayout read = read_embedding_layout(tensors, {}, file);
  const bool two = read.tensors.size() > 1;
  const std::int64_t width = read.tensors.front().width;
  const bool second = read.tensors.front().encoder == EmbeddingEncoder::Second || width == 1280;
  const char* family = two ? "sdxl" : width == 768 ? "sd1" : width == 1024 ? "sd2" : second ? "sdxl-refiner" : "";
  return identity(ModelRole::Embedding, concat("embedding", *family == '\0' ? "" : "-", family), read.layout);
}

/// Networks that make control maps, each by a tensor that none of the others has.
struct AnnotatorMark {
  std::string_view tensor;
  const char* family;
  const char* layout;
};
constexpr std::array kAnnotatorMarks{
    AnnotatorMark{"dpt.embeddings.backbone.bit.embedder.convolution.weight", "dpt-hybrid", "transformers"},
    AnnotatorMark{"pretrained.model.patch_embed.backbone.stem.conv.weight", "dpt-hybrid", "original"},
    AnnotatorMark{"backbone.embeddings.mask_token", "depth-anything", "transformers"},
    AnnotatorMark{"depth_head.scratch.layer1_rn.weight", "depth-anything", "original"},
    AnnotatorMark{"conv5_1_CPM_L1.weight", "openpose-body", "original"},
    AnnotatorMark{"model1_1.conv5_1_CPM_L1.weight", "openpose-body", "original"},
    AnnotatorMark{"netNetwork.block1.convs.0.weight", "hed", "original"},
    AnnotatorMark{"block1.convs.0.weight", "hed", "original"},
    AnnotatorMark{"model4.1.weight", "line-art", "original"},
};

std::string with_vit_size(const std::string& family, const TensorShapes& tensors) {
  std::int64_t width = side_of(tensors, "backbone.embeddings.cls_token", 2);
  if (width == 0) width = side_of(tensors, "pretrained.cls_token", 2);
  if (family != "depth-anything") return family;
  return family + (width == 384 ? "-small" : width == 768 ? "-base" : width == 1024 ? "-large" : "");
}

Found annotator(const TensorShapes& tensors) {
  for (const AnnotatorMark& mark : kAnnotatorMarks) {
    if (!has(tensors, std::string(mark.tensor))) continue;
    return identity(ModelRole::Annotator, with_vit_size(mark.family, tensors), mark.layout);
  }
  return std::nullopt;
}

/// One file with a whole model, or a part, in the layout of its authors.
Found original(const TensorShapes& tensors, const std::string& file) {
  const SingleFile parts = map_single_file(tensors, file);
  if (!parts.dit.empty()) return identity(ModelRole::Denoiser, dit_family_of(shapes_of(parts.dit)), "original", kSd);
  if (!parts.unet.empty()) {
    const TensorShapes shapes = shapes_of(parts.unet);
    if (!has(shapes, "conv_in.weight")) return std::nullopt;
    if (!parts.class_embedding.empty()) {
      const bool whole = !parts.vae.empty();
      return identity(whole ? ModelRole::Pipeline : ModelRole::Denoiser, "ldm-class", "original", kLdmVq);
    }
    const UnetConfig unet = infer_unet_config(shapes, file);
    const bool whole = !parts.vae.empty() && !parts.text.empty();
    return identity(whole ? ModelRole::Pipeline : ModelRole::Denoiser, unet_family(unet), "original",
                    unet_latent_space(unet));
  }
  if (!parts.controlnet.empty()) {
    Found found = controlnet(shapes_of(parts.controlnet));
    if (found) found->layout = "original";
    return found;
  }
  if (!parts.adapter.empty()) {
    Found found = t2i_adapter(shapes_of(parts.adapter), file);
    if (found) found->layout = "original";
    return found;
  }
  if (parts.vae.empty()) return std::nullopt;
  Found found = autoencoder(shapes_of(parts.vae));
  const bool is_original_tiny = found && found->family == "taesd" && !has(tensors, "decoder.layers.0.weight");
  if (found && (has_part(tensors, "encoder.down.") || is_original_tiny)) found->layout = "original";
  return found;
}

[[noreturn]] void refuse(const TensorShapes& tensors, const std::string& file) {
  refuse_unsupported_adapter(names_of(tensors), tensors, file);
  refuse_stray_kind(tensors, file);
  if (tensors.empty()) throw BadInput("holds no tensors.", file);
  throw BadInput(concat("holds ", tensors.size(), " tensors (first: ", in_quotes(tensors.begin()->first),
                        ") of no model that is known here."),
                 file, "Expected a denoiser of the SD, SDXL, DiT or LDM families, or a part for one.");
}

Found find(const TensorShapes& tensors, const std::string& file) {
  if (Found found = lora(tensors, file)) return found;
  if (Found found = embedding(tensors, file)) return found;
  if (Found found = controlnet(tensors)) return found;
  if (Found found = diffusers_unet(tensors, file)) return found;
  if (Found found = diffusers_transformer(tensors)) return found;
  if (Found found = annotator(tensors)) return found;
  if (Found found = t2i_adapter(tensors, file)) return found;
  if (Found found = original(tensors, file)) return found;
  if (Found found = autoencoder(tensors)) return found;
  return text_encoder(tensors);
}

}  // namespace

std::string phrase_of(ModelRole role) {
  switch (role) {
    case ModelRole::Pipeline:
      return "a whole model";
    case ModelRole::Denoiser:
      return "a denoising network";
    case ModelRole::Autoencoder:
      return "an autoencoder";
    case ModelRole::TextEncoder:
      return "a text encoder";
    case ModelRole::ControlNet:
      return "a ControlNet";
    case ModelRole::Adapter:
      return "a T2I-Adapter";
    case ModelRole::Lora:
      return "a LoRA";
    case ModelRole::Embedding:
      return "a textual inversion";
    case ModelRole::Annotator:
      break;
  }
  return "an annotator";
}

ModelIdentity identify_tensors(const TensorShapes& tensors, const std::string& file) {
  refuse_foreign_kind(tensors, file);
  Found found = find(tensors, file);
  if (!found) refuse(tensors, file);
  found->parameters = parameter_count(tensors);
  return std::move(*found);
}

ModelIdentity identify_tensors(const TensorShapes& tensors, const std::string& file, std::string_view expected) {
  refuse_foreign_kind(tensors, file, expected);
  try {
    return identify_tensors(tensors, file);
  } catch (const BadInput&) {
    refuse_stray_kind(tensors, file, expected);
    throw;
  }
}

std::string dit_family(const DitConfig& dit) {
  return dit_size_name(dit.layers, dit.width(), dit.patch_size);
}

std::string unet_family(const UnetConfig& unet) {
  return with_purpose(family_of(unet), unet);
}

TensorShapes read_tensor_shapes(const fs::path& file) {
  const FileBytes bytes(file, file.string());
  const auto first = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), kKindBytes));
  TensorShapes shapes;
  if (weight_file_kind(bytes.text(0, first), bytes.size(), bytes.label()) == WeightFileKind::TorchArchive) {
    for (const auto& [name, tensor] : read_torch_archive(bytes).tensors) shapes.emplace(name, tensor.shape);
    return without_scales(std::move(shapes), file.string());
  }
  const SafetensorsFile safetensors(file, file.string());
  for (const auto& [name, tensor] : safetensors.header().tensors) shapes.emplace(name, tensor.shape);
  return without_scales(std::move(shapes), file.string());
}

ModelIdentity identify_file(const fs::path& file) {
  return identify_tensors(read_tensor_shapes(file), file.string());
}

}  // namespace tstitch
