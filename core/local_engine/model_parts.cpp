#include "core/local_engine/model_parts.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/engine/model_index.h"
#include "core/formats/pipeline_index.h"
#include "core/formats/sha256.h"
#include "core/local_engine/harmless_tensors.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/clip_text.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/networks/unet.h"
#include "core/weights/weight_scope.h"
#include "core/weights/weight_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr const char* kConfig = "config.json";
constexpr const char* kDiffusionStem = "diffusion_pytorch_model";
constexpr const char* kTextStem = "model";

std::string text_of(const fs::path& file) {
  return read_text_file(file);
}

/// Builds a part from names and shapes alone, so that a file that does not fit its config is refused before anything is
/// read, and whole: what a run loads later in pieces is checked together here.
template <class... Parts, class Config>
void require_structure(const WeightSource& weights, const Config& config) {
  BuildOptions shapes_only;
  shapes_only.device = at::kMeta;
  const WeightScope root(weights, shapes_only);
  (static_cast<void>(Parts(root, config)), ...);
  root.require_complete(harmless_tensors());
}

/// Two tensors tell encoders apart well enough for a warning, without reading the whole file.
std::string encoder_fingerprint(const WeightSource& weights) {
  std::string bytes;
  for (const char* name : {"encoder.conv_in.weight", "encoder.conv_out.weight"}) {
    if (weights.entries().count(name) == 0) return {};
    const at::Tensor tensor = weights.read(name, at::kFloat);
    bytes.append(static_cast<const char*>(tensor.data_ptr()), static_cast<std::size_t>(tensor.nbytes()));
  }
  return sha256_of(bytes).substr(0, 16);
}

VaePart vae_part(const fs::path& folder, const std::string& variant) {
  const fs::path file = folder / kConfig;
  const std::string json = text_of(file);
  const std::string name = class_name_of(json, file.string());
  VaePart part;
  part.folder = folder;
  if (name == "AutoencoderKL") {
    part.config = parse_vae_config(json, file.string());
  } else if (name == "AutoencoderTiny") {
    part.config = parse_tiny_vae_config(json, file.string());
  } else {
    throw BadInput(concat("_class_name is ", name, ", expected AutoencoderKL or AutoencoderTiny."), file.string());
  }
  const auto weights = open_weights(folder, kDiffusionStem, variant);
  if (const auto* kl = std::get_if<VaeConfig>(&part.config)) {
    require_structure<KlEncoder, KlDecoder>(*weights, *kl);
    part.encoder_fingerprint = encoder_fingerprint(*weights);
  } else {
    require_structure<TinyEncoder, TinyDecoder>(*weights, std::get<TinyVaeConfig>(part.config));
  }
  part.files = weights->files();
  return part;
}

/// `suffix`: empty for the first encoder, `_2` for the second.
TextPart text_part(const fs::path& model, const std::string& suffix, const std::string& variant) {
  TextPart part;
  part.encoder_folder = model / ("text_encoder" + suffix);
  part.tokenizer_folder = model / ("tokenizer" + suffix);
  const fs::path file = part.encoder_folder / kConfig;
  part.config = parse_clip_text_config(text_of(file), file.string());
  const auto weights = open_weights(part.encoder_folder, kTextStem, variant);
  require_structure<ClipTextModel>(*weights, part.config);
  part.files = weights->files();
  return part;
}

TextParts text_parts(const fs::path& model, const std::string& variant) {
  const fs::path file = model / "model_index.json";
  const PipelineIndex index = parse_pipeline_index(text_of(file), file.string());
  TextParts parts;
  if (!index.absent.contains("text_encoder")) parts.encoders.push_back(text_part(model, "", variant));
  if (fs::exists(model / "text_encoder_2")) {
    parts.encoders.push_back(text_part(model, "_2", variant));
    parts.recipe = {TextStates::Penultimate, true, index.force_zeros_for_empty_prompt};
  }
  if (parts.encoders.empty()) {
    throw BadInput("The pipeline has no text encoder; expected text_encoder, text_encoder_2 or both.", file.string());
  }
  return parts;
}

SchedulerConfig scheduler_at(const fs::path& folder) {
  const fs::path file = folder / "scheduler_config.json";
  return parse_scheduler_config(text_of(file), file.string());
}

std::string dtype_name(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return "fp32";
    case at::kHalf:
      return "fp16";
    case at::kBFloat16:
      return "bf16";
    default:
      return "other";
  }
}

std::int64_t element_count(const WeightSource& weights) {
  std::int64_t count = 0;
  for (const auto& [name, entry] : weights.entries()) {
    std::int64_t elements = 1;
    for (const std::int64_t side : entry.shape) elements *= side;
    count += elements;
  }
  return count;
}

/// A word for people: the published family whose shape this is, or `unet`.
std::string family_of(const UnetConfig& network) {
  if (network.addition == Addition::TextTime) return "sdxl";
  const int layers = network.down.front().layers;
  if (network.cross_attention_dim == 768) return layers == 1 ? "bk-sdm" : "sd1";
  if (network.cross_attention_dim == 1024) return layers == 1 ? "bk-sdm-v2" : "sd2";
  return "unet";
}

/// The file does not say which family's noise levels `ays` means; the network's shape does.
FamilyTable family_table_of(const UnetConfig& network) {
  return network.addition == Addition::TextTime ? FamilyTable::StableDiffusionXl : FamilyTable::StableDiffusion;
}

void read_network(ModelParts& parts, const fs::path& folder, const std::string& variant) {
  const fs::path file = folder / kConfig;
  parts.network_folder = folder;
  const std::string json = text_of(file);
  parts.facts.network_class = class_name_of(json, file.string());
  if (parts.facts.network_class != "UNet2DConditionModel") {
    throw BadInput(concat("_class_name is ", parts.facts.network_class, ", expected UNet2DConditionModel."),
                   file.string());
  }
  parts.network = parse_unet_config(json, file.string());
  const auto weights = open_weights(folder, kDiffusionStem, variant);
  require_structure<Unet>(*weights, parts.network);
  parts.facts.family = family_of(parts.network);
  parts.facts.latent_channels = parts.network.in_channels;
  parts.facts.context_width = parts.network.cross_attention_dim;
  if (parts.network.addition == Addition::TextTime) {
    parts.facts.addition_width = parts.network.projection_class_embeddings_input_dim;
    parts.facts.time_id_width = parts.network.addition_time_embed_dim;
  }
  parts.facts.sample_size = parts.network.sample_size;
  parts.facts.parameters = element_count(*weights);
  parts.facts.network_bytes_fp32 = parts.facts.parameters * 4;
  parts.facts.dtype = dtype_name(weights->entries().begin()->second.type);
  parts.facts.files = weights->files();
}

void add_other_parts(ModelParts& parts, const fs::path& model, const std::string& variant) {
  parts.scheduler = scheduler_at(model / "scheduler");
  parts.vae = vae_part(model / "vae", variant);
  parts.text = text_parts(model, variant);
  const auto vae = open_weights(parts.vae->folder, kDiffusionStem, variant);
  parts.facts.other_bytes_fp32 = 4 * element_count(*vae);
  for (const TextPart& text : parts.text->encoders) {
    parts.facts.other_bytes_fp32 += 4 * element_count(*open_weights(text.encoder_folder, kTextStem, variant));
  }
  parts.facts.text_width = parts.text->width();
  parts.facts.pooled_width = parts.text->pooled_width();
  parts.facts.latent = parts.vae->latent_space();
  parts.facts.size_multiple = std::max(8, parts.facts.latent->factor);
}

}  // namespace

LatentSpace VaePart::latent_space() const {
  if (const auto* kl = std::get_if<VaeConfig>(&config)) {
    return {kl->latent_channels, kl->factor(), kl->scaling_factor, kl->shift_factor, encoder_fingerprint};
  }
  const auto& tiny = std::get<TinyVaeConfig>(config);
  return {tiny.latent_channels, 1 << (tiny.decoder_blocks.size() - 1), tiny.scaling_factor, 0.0, {}};
}

int TextParts::width() const {
  int width = 0;
  for (const TextPart& encoder : encoders) width += encoder.config.hidden_size;
  return width;
}

int TextParts::pooled_width() const {
  if (!recipe.pooled) return 0;
  const ClipTextConfig& last = encoders.back().config;
  return last.with_projection ? last.projection_dim : last.hidden_size;
}

ModelParts read_model_parts(const fs::path& place, const std::string& variant) {
  ModelParts parts;
  parts.facts.path = place;
  parts.facts.name = display_name(place);
  switch (identify_model(place)) {
    case ModelKind::DiffusersFolder:
      read_network(parts, place / "unet", variant);
      add_other_parts(parts, place, variant);
      break;
    case ModelKind::NetworkFolder:
      read_network(parts, place, variant);
      if (fs::exists(place / ".." / "scheduler" / "scheduler_config.json")) {
        parts.scheduler = scheduler_at(place / ".." / "scheduler");
      }
      break;
    case ModelKind::VaeFolder:
      throw BadInput("this folder holds an autoencoder, expected a diffusers folder or a U-Net folder.", place.string(),
                     "Give it with --vae.");
  }
  if (parts.scheduler) parts.scheduler->family_table = family_table_of(parts.network);
  parts.facts.scheduler = parts.scheduler;
  return parts;
}

VaePart read_vae_part(const fs::path& place, const std::string& variant) {
  return vae_part(identify_model(place) == ModelKind::DiffusersFolder ? place / "vae" : place, variant);
}

std::vector<fs::path> network_files(const fs::path& place) {
  try {
    return open_weights(fs::exists(place / "unet") ? place / "unet" : place, kDiffusionStem)->files();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace tstitch
