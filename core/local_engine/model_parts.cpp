#include "core/local_engine/model_parts.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/configs/config_text.h"
#include "core/configs/pipeline_index.h"
#include "core/formats/text_file.h"
#include "core/local_engine/part_facts.h"
#include "core/local_engine/part_weights.h"
#include "core/local_engine/single_file_parts.h"
#include "core/models/model_identity.h"
#include "core/models/model_index.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/clip_text.h"
#include "core/networks/dit.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/networks/unet.h"
#include "core/networks/vq_autoencoder.h"
#include "core/weights/weight_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr const char* kLoraHint = "Give it with --lora.";

constexpr const char* kConfig = "config.json";
constexpr const char* kIndex = "model_index.json";
constexpr const char* kDiffusionStem = "diffusion_pytorch_model";
constexpr const char* kTextStem = "model";

std::string text_of(const fs::path& file) {
  return read_text_file(file, kLongestConfig);
}

PipelineIndex index_of(const fs::path& model) {
  const fs::path file = model / kIndex;
  return parse_pipeline_index(text_of(file), file.string());
}

/// model_index.json's class, where it gives one; a class in the part's own config that nobody has is refused all the
/// same.
std::string class_of_part(const fs::path& folder, const std::string& given) {
  if (given.empty()) return class_of_folder(folder);
  const fs::path file = folder / kConfig;
  if (tells_class(text_of(file), file.string())) static_cast<void>(identify_model(folder));
  return given;
}

/// `given`: the class that model_index.json gives; empty for none.
VaePart vae_part(const fs::path& folder, const std::string& given, const std::string& variant) {
  const fs::path file = folder / kConfig;
  VaePart part;
  part.folder = folder;
  part.stamp = place_stamp(folder);
  const std::string json = with_class(text_of(file), class_of_part(folder, given), file.string());
  const std::string name = class_name_of(json, file.string());
  if (name == "AutoencoderKL") {
    part.config = parse_vae_config(json, file.string());
  } else if (name == "AutoencoderTiny") {
    part.config = parse_tiny_vae_config(json, file.string());
  } else if (name == "VQModel") {
    part.config = parse_vq_config(json, file.string());
  } else {
    throw BadInput(concat("_class_name is ", name, ", expected AutoencoderKL, AutoencoderTiny or VQModel."),
                   file.string());
  }
  const auto weights = open_weights(folder, kDiffusionStem, variant);
  std::visit([&](const auto& config) { require_autoencoder(*weights, config); }, part.config);
  part.elements = element_count(*weights);
  if (name != "AutoencoderTiny") part.encoder_fingerprint = encoder_fingerprint(*weights);
  part.files = weights->stamps();
  return part;
}

/// `suffix`: empty for the first encoder, `_2` for the second.
TextPart text_part(const fs::path& model, const std::string& suffix, const PipelineIndex& index,
                   const std::string& variant) {
  TextPart part;
  part.role = "text_encoder" + suffix;
  part.encoder_folder = model / part.role;
  part.tokenizer_folder = model / ("tokenizer" + suffix);
  part.stamp = place_stamp(part.encoder_folder) + place_stamp(part.tokenizer_folder);
  const fs::path file = part.encoder_folder / kConfig;
  const auto weights = open_weights(part.encoder_folder, kTextStem, variant);
  std::string json = with_architecture(text_of(file), index.class_of(part.role), file.string());
  if (!tells_class(json, file.string()) && weights->entries().contains("text_projection.weight")) {
    json = with_architecture(json, "CLIPTextModelWithProjection", file.string());
  }
  part.config = parse_clip_text_config(json, file.string());
  require_structure<ClipTextModel>(*weights, part.config);
  part.elements = element_count(*weights);
  part.files = weights->stamps();
  return part;
}

TextParts text_parts(const fs::path& model, const std::string& variant) {
  const PipelineIndex index = index_of(model);
  TextParts parts;
  if (!index.absent.contains("text_encoder")) parts.encoders.push_back(text_part(model, "", index, variant));
  if (fs::exists(model / "text_encoder_2")) {
    parts.encoders.push_back(text_part(model, "_2", index, variant));
    parts.recipe = {TextStates::Penultimate, true, index.force_zeros_for_empty_prompt};
  }
  return parts;
}

/// A scheduler's settings belong to the class that its own file names; the index's counts where it names none.
SchedulerConfig scheduler_at(const fs::path& folder, const std::string& given = {}) {
  const fs::path file = folder / "scheduler_config.json";
  const std::string text = text_of(file);
  const bool named = tells_class(text, file.string());
  return parse_scheduler_config(named ? text : with_class(text, given, file.string()), file.string());
}

/// A network's folder may lie in that of its model.
std::optional<SchedulerConfig> scheduler_beside(const fs::path& network) {
  const fs::path model = network / "..";
  if (!is_file_or_dangling(model / "scheduler" / "scheduler_config.json")) return std::nullopt;
  const bool has_index = is_file_or_dangling(model / kIndex);
  return scheduler_at(model / "scheduler", has_index ? index_of(model).class_of("scheduler") : std::string());
}

void read_network(ModelParts& parts, const fs::path& folder, const std::string& given, const std::string& variant) {
  const fs::path file = folder / kConfig;
  parts.network_folder = folder;
  parts.stamp = place_stamp(folder);
  const std::string json = with_class(text_of(file), class_of_part(folder, given), file.string());
  const std::string name = class_name_of(json, file.string());
  if (name == "UNet2DConditionModel") {
    parts.network = parse_unet_config(json, file.string());
  } else if (name == "DiTTransformer2DModel" || name == "Transformer2DModel") {
    parts.network = parse_dit_config(json, file.string());
  } else {
    throw BadInput(concat("_class_name is ", name, ", expected UNet2DConditionModel or DiTTransformer2DModel."),
                   file.string());
  }
  const auto weights = open_weights(folder, kDiffusionStem, variant);
  require_denoiser(*weights, parts.network);
  describe_network(parts.facts, parts.network, *weights);
}

/// The names that the model's own files give its classes count before ImageNet's.
void take_class_names(ModelFacts& facts, const PipelineIndex& index) {
  if (index.class_names.empty()) return;
  facts.class_names.assign(static_cast<std::size_t>(facts.class_count), {});
  for (const auto& [label, name] : index.class_names) {
    if (label < facts.class_count) facts.class_names[static_cast<std::size_t>(label)] = name;
  }
}

void add_text(ModelParts& parts, const fs::path& model, const std::string& variant) {
  TextParts text = text_parts(model, variant);
  if (text.encoders.empty()) return;  // the index says that the pipeline goes without
  parts.text = std::move(text);
  parts.facts.other_bytes_fp32 += 4 * parts.text->elements();
  parts.facts.text_width = parts.text->width();
  parts.facts.pooled_width = parts.text->pooled_width();
}

void add_other_parts(ModelParts& parts, const fs::path& model, const PipelineIndex& index, const std::string& variant) {
  parts.scheduler = scheduler_at(model / "scheduler", index.class_of("scheduler"));
  if (!index.absent.contains("vae")) parts.vae = vae_part(model / "vae", index.class_of("vae"), variant);
  parts.facts.other_bytes_fp32 = parts.vae ? 4 * parts.vae->elements : 0;
  if (index.takes_text()) add_text(parts, model, variant);
  take_class_names(parts.facts, index);
  take_latent_space(parts.facts, parts.vae ? parts.vae->latent_space() : presumed_latents(parts.network),
                    parts.network);
}

}  // namespace

LatentSpace VaePart::latent_space() const {
  if (const auto* kl = std::get_if<VaeConfig>(&config)) {
    return {kl->latent_channels, kl->factor(), kl->scaling_factor, kl->shift_factor, encoder_fingerprint};
  }
  if (const auto* vq = std::get_if<VqConfig>(&config)) {
    return {vq->code_width, vq->factor(), vq->scaling_factor, 0.0, encoder_fingerprint};
  }
  const auto& tiny = std::get<TinyVaeConfig>(config);
  return {tiny.latent_channels, 1 << (tiny.decoder_blocks.size() - 1), tiny.scaling_factor, 0.0, {}};
}

void VaePart::take_scale_of(const LatentSpace& space) {
  if (auto* const vq = std::get_if<VqConfig>(&config)) vq->scaling_factor = space.scale;
  auto* const kl = std::get_if<VaeConfig>(&config);
  if (kl == nullptr) return;
  kl->scaling_factor = space.scale;
  kl->shift_factor = space.shift;
}

const UnetConfig& ModelParts::unet_for(const char* addition) const {
  if (const auto* unet = std::get_if<UnetConfig>(&network); unet != nullptr && facts.class_count == 0) return *unet;
  throw IncompatibleModels(concat("this model draws classes and takes no ", addition, "."), facts.path.string());
}

int TextParts::width() const {
  int width = 0;
  for (const TextPart& encoder : encoders) width += encoder.config.hidden_size;
  return width;
}

std::int64_t TextParts::elements() const {
  std::int64_t sum = 0;
  for (const TextPart& encoder : encoders) sum += encoder.elements;
  return sum;
}

int TextParts::pooled_width() const {
  if (!recipe.pooled) return 0;
  const ClipTextConfig& last = encoders.back().config;
  return last.with_projection ? last.projection_dim : last.hidden_size;
}

ModelParts read_model_parts(const fs::path& place, const std::string& variant, WeightChoice weights) {
  const ModelKind kind = identify_model(place);
  if (weights == WeightChoice::Ema && kind != ModelKind::WeightFile) {
    throw BadInput("holds one set of weights, and averaged weights beside others are asked for.", place.string(),
                   "Leave out --weights to take what is there.");
  }
  ModelParts parts;
  parts.facts.path = place;
  parts.facts.name = display_name(place);
  switch (kind) {
    case ModelKind::DiffusersFolder: {
      const PipelineIndex index = index_of(place);
      read_network(parts, place / index.denoiser(), index.class_of(index.denoiser()), variant);
      add_other_parts(parts, place, index, variant);
      break;
    }
    case ModelKind::NetworkFolder:
      read_network(parts, place, {}, variant);
      parts.scheduler = scheduler_beside(place);
      break;
    case ModelKind::WeightFile:
      return read_single_file(place, weights);
    case ModelKind::ControlNetFolder:
    case ModelKind::AdapterFolder:
      throw BadInput(concat("this folder holds ",
                            phrase_of(kind == ModelKind::AdapterFolder ? ModelRole::Adapter : ModelRole::ControlNet),
                            ", expected a diffusers folder or a network folder."),
                     place.string(), "Give it with --control.");
    case ModelKind::VaeFolder:
      throw BadInput("this folder holds an autoencoder, expected a diffusers folder or a network folder.",
                     place.string(), "Give it with --vae.");
    case ModelKind::LoraFolder:
      throw BadInput("this folder holds a LoRA, expected a diffusers folder or a network folder.", place.string(),
                     kLoraHint);
  }
  if (parts.scheduler) parts.scheduler->family_table = family_table_of(parts.network);
  parts.facts.scheduler = parts.scheduler;
  return parts;
}

VaePart read_vae_part(const fs::path& place, const std::string& variant) {
  const ModelKind kind = identify_model(place);
  if (kind == ModelKind::WeightFile) return read_single_file_vae(place);
  if (kind == ModelKind::LoraFolder) {
    throw BadInput("this folder holds a LoRA, expected an autoencoder.", place.string(), kLoraHint);
  }
  if (kind != ModelKind::DiffusersFolder) return vae_part(place, {}, variant);
  return vae_part(place / "vae", index_of(place).class_of("vae"), variant);
}

void require_tokenizers(const ModelParts& parts) {
  if (!parts.text) return;
  for (const TextPart& part : parts.text->encoders) static_cast<void>(load_tokenizer(part));
}

ModelFacts read_vae_facts(const fs::path& place) {
  const VaePart part = read_vae_part(place, {});
  ModelFacts facts;
  facts.path = place;
  facts.name = display_name(place);
  facts.family = std::holds_alternative<TinyVaeConfig>(part.config) ? "taesd"
                 : std::holds_alternative<VqConfig>(part.config)    ? "vq-vae"
                                                                    : "kl-vae";
  facts.purpose = phrase_of(ModelRole::Autoencoder);
  facts.parameters = part.elements;
  facts.dtype = stored_dtype(*open_vae(part.folder, {}));
  facts.files = paths_of(part.files);
  return facts;
}

std::vector<fs::path> network_files(const fs::path& place) {
  try {
    if (fs::is_regular_file(place)) return {place};
    for (const char* part : {"unet", "transformer"}) {
      if (fs::exists(place / part)) return open_weights(place / part, kDiffusionStem)->files();
    }
    return open_weights(place, kDiffusionStem)->files();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace tstitch
