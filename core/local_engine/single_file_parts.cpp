#include "core/local_engine/single_file_parts.h"

#include <algorithm>

#include <ATen/ops/std.h>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/dit_config.h"
#include "core/configs/inferred_config.h"
#include "core/configs/vq_config.h"
#include "core/formats/file_notes.h"
#include "core/local_engine/part_facts.h"
#include "core/local_engine/part_weights.h"
#include "core/models/model_identity.h"
#include "core/models/model_index.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/clip_text.h"
#include "core/networks/dit.h"
#include "core/networks/unet.h"
#include "core/schedule/original_schedules.h"
#include "core/system/places.h"
#include "core/weights/mapped_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr int kUsualFactor = 8;

/// Of latent diffusion for ImageNet: its files carry none of these (core/configs/README.md).
constexpr double kLatentDiffusionScale = 1.0;
constexpr int kLatentDiffusionHeadWidth = 32;
constexpr int kLatentDiffusionSize = 32;

constexpr int kFullTimeIds = 6;
constexpr int kRefinerTimeIds = 5;

/// SD 2 networks that predict v show it in this spread (core/configs/README.md).
constexpr double kLeastSpreadOfV = 0.09;

bool is_sdxl(const UnetConfig& network) {
  return network.addition == Addition::TextTime;
}

/// SDXL's refiner has the second text encoder alone.
bool is_refiner(const SingleFile& parts) {
  return parts.sdxl && parts.text.size() == 1;
}

/// Marks of processes that differ from the families' own by more than their prediction.
void require_plain_process(const OpenFile& file, const FileNotes& notes) {
  for (const char* mark : {"edm_mean", "edm_std", "edm_vpred.sigma_max"}) {
    if (file.parts.marks.contains(mark)) {
      throw BadInput(concat("is of an EDM process (tensor ", mark, "), which is not supported."), file.source->label());
    }
  }
  if (notes.foreign_process.empty()) return;
  throw BadInput(
      concat("says in its metadata that it predicts ", in_quotes(notes.foreign_process), ", which is not supported."),
      file.source->label());
}

bool predicts_v(const OpenFile& file, const FileNotes& notes, const UnetConfig& network) {
  if (file.parts.marks.contains(kVPredictionMark)) return true;
  if (notes.predicts_v) return *notes.predicts_v;
  if (is_sdxl(network) || !network.use_linear_projection) return false;
  const UnetLevel& outermost = network.up.back();
  if (outermost.block != UnetBlock::CrossAttention) return false;
  const std::string name = concat("up_blocks.", network.up.size() - 1, ".attentions.", outermost.layers - 1,
                                  ".transformer_blocks.0.norm1.bias");
  const at::Tensor bias = file.part(file.parts.unet)->read(name, at::kFloat);
  return at::std(bias).item<double>() > kLeastSpreadOfV;
}

SchedulerConfig scheduler_of(const OpenFile& file, const UnetConfig& network) {
  SchedulerConfig scheduler;
  const FileNotes notes = read_file_notes(file.source->metadata());
  const bool v = predicts_v(file, notes, network);
  scheduler.class_name = is_sdxl(network) ? "EulerDiscreteScheduler" : v ? "DDIMScheduler" : "PNDMScheduler";
  scheduler.beta_start = 0.00085;
  scheduler.beta_end = 0.012;
  scheduler.beta_schedule = BetaSchedule::ScaledLinear;
  scheduler.prediction = v ? Prediction::V : Prediction::Epsilon;
  scheduler.rescale_zero_snr = file.parts.marks.contains(kZeroSnrMark) || notes.zero_snr;
  scheduler.spacing = Spacing::Leading;
  scheduler.steps_offset = 1;
  scheduler.set_alpha_to_one = false;
  scheduler.skip_prk_steps = true;
  scheduler.clip_sample = false;
  scheduler.family_table = family_table_of(NetworkConfig(network));
  return scheduler;
}

void take_scale(VaePart& part, double scale) {
  LatentSpace space = part.latent_space();
  space.scale = scale;
  part.take_scale_of(space);
}

std::variant<VaeConfig, TinyVaeConfig, VqConfig> vae_config(const TensorShapes& shapes, const std::string& path) {
  if (shapes.contains("quantize.embedding.weight")) return infer_vq_config(shapes, path);
  if (shapes.contains("decoder.layers.0.weight")) return infer_tiny_vae_config(shapes, path);
  if (!shapes.contains("encoder.layers.0.weight")) return infer_vae_config(shapes, path);
  throw BadInput(
      "is the encoder of a tiny autoencoder (TAESD) alone, which decodes nothing; expected its decoder, or "
      "both in one file.",
      path);
}

/// A TAESD's decoder may come alone.
void require_vae(const WeightSource& weights, const VaePart& part) {
  const auto* tiny = std::get_if<TinyVaeConfig>(&part.config);
  if (tiny != nullptr && !weights.entries().contains("encoder.layers.0.weight")) {
    return require_tiny_decoder(weights, *tiny);
  }
  std::visit([&](const auto& config) { require_autoencoder(weights, config); }, part.config);
}

VaePart vae_of(const OpenFile& file, const fs::path& path) {
  VaePart part;
  part.folder = path;
  part.stamp = place_stamp(path);
  part.config = vae_config(shapes_of(file.parts.vae), path.string());
  const auto weights = file.part(file.parts.vae);
  require_vae(*weights, part);
  part.elements = element_count(*weights);
  part.encoder_fingerprint = encoder_fingerprint(*weights);
  part.files = weights->stamps();
  return part;
}

TextPart text_of(const OpenFile& file, std::size_t index, const fs::path& path) {
  const SingleFileText& text = file.parts.text[index];
  TextPart part;
  // The refiner's only encoder is SDXL's second.
  part.role = index > 0 || is_refiner(file.parts) ? "text_encoder_2" : "text_encoder";
  part.encoder_folder = path;
  part.stamp = place_stamp(path);
  part.index = index;
  const TextActivation activation = text.open_clip ? TextActivation::Gelu : TextActivation::QuickGelu;
  part.config = infer_clip_text_config(shapes_of(text.tensors), path.string(), activation);
  part.published_tokenizer.emplace();
  if (text.open_clip) part.published_tokenizer->pad = "!";
  part.tokenizer_folder = installed_places().tokenizer;
  const auto weights = file.part(text.tensors);
  require_structure<ClipTextModel>(*weights, part.config);
  part.elements = element_count(*weights);
  part.files = weights->stamps();
  return part;
}

TextParts texts_of(const OpenFile& file, const fs::path& path) {
  TextParts parts;
  for (std::size_t i = 0; i < file.parts.text.size(); ++i) parts.encoders.push_back(text_of(file, i, path));
  if (file.parts.sdxl) parts.recipe = {TextStates::Penultimate, true, !is_refiner(file.parts)};
  return parts;
}

/// The width of a time id shows only beside that of the pooled text.
void infer_time_ids(UnetConfig& network, const TextParts& text, bool refiner) {
  const int left = network.projection_class_embeddings_input_dim - text.pooled_width();
  const int count = refiner ? kRefinerTimeIds : kFullTimeIds;
  if (left > 0 && left % count == 0) network.addition_time_embed_dim = left / count;
}

/// Without its autoencoder the file's latents are presumed to be its family's.
void add_vae(ModelParts& parts, const OpenFile& file, const UnetConfig& network) {
  if (file.parts.vae.empty()) {
    if (parts.text) parts.facts.latent = presumed_latents(network);
    return;
  }
  parts.vae = vae_of(file, parts.facts.path);
  take_scale(*parts.vae, published_scale(network));
  parts.facts.latent = parts.vae->latent_space();
  parts.facts.other_bytes_fp32 += 4 * parts.vae->elements;
}

void require_both_encoders(const OpenFile& file, const TextParts& text, const UnetConfig& network) {
  if (!file.parts.sdxl || text.encoders.size() != 1 || text.width() == network.cross_attention_dim) return;
  throw BadInput(concat("holds one of the two text encoders that its network takes: states of width ", text.width(),
                        ", where ", network.cross_attention_dim, " are expected."),
                 file.source->label(), "Choose a file with both.");
}

void add_text(ModelParts& parts, const OpenFile& file, UnetConfig& network) {
  if (file.parts.text.empty()) return;
  parts.text = texts_of(file, parts.facts.path);
  require_both_encoders(file, *parts.text, network);
  infer_time_ids(network, *parts.text, is_refiner(file.parts));
  parts.facts.text_width = parts.text->width();
  parts.facts.pooled_width = parts.text->pooled_width();
  parts.facts.other_bytes_fp32 += 4 * parts.text->elements();
}

/// Published sizes: SDXL is made for 1024 pixels, SD 2's v network for 768, the others for 512.
int sample_size_of(const UnetConfig& network, const SchedulerConfig& scheduler) {
  if (is_sdxl(network)) return 128;
  return scheduler.prediction == Prediction::V && network.use_linear_projection ? 96 : 64;
}

int class_count(const SingleFile& parts, const UnetConfig& unet, const std::string& path) {
  const std::vector<std::int64_t>& shape = parts.class_embedding.at("embedding.weight").shape;
  constexpr std::int64_t kMostClasses = 1 << 20;
  const bool fits =
      shape.size() == 2 && shape[0] >= 1 && shape[0] <= kMostClasses && shape[1] == unet.cross_attention_dim;
  if (fits) return static_cast<int>(shape[0]);
  throw BadInput(concat("its class embedding does not fit its network, which takes a context of width ",
                        unet.cross_attention_dim, "."),
                 path);
}

bool has_denoiser(const SingleFile& parts) {
  return parts.unet.contains("conv_in.weight") || !parts.dit.empty();
}

/// A DiT alone: its autoencoder is Stable Diffusion's, published apart.
void read_dit(ModelParts& parts, const OpenFile& file) {
  const DitConfig dit = infer_dit_config(shapes_of(file.parts.dit), parts.facts.path.string());
  const auto weights = file.part(file.parts.dit);
  require_structure<Dit>(*weights, dit);
  parts.network = dit;
  parts.original_layout = identify_tensors(shapes_of(*file.source), file.source->label()).layout == "original";
  parts.scheduler = dit_schedule(dit.learns_variance());
  describe_network(parts.facts, parts.network, *weights);
  take_latent_space(parts.facts, presumed_latents(dit), parts.network);
}

/// Latent diffusion's class-conditional U-Net with its class embedder and, usually, its first stage.
void read_class_unet(ModelParts& parts, const OpenFile& file) {
  const std::string path = parts.facts.path.string();
  UnetConfig unet = infer_unet_config(shapes_of(file.parts.unet), path, kLatentDiffusionHeadWidth);
  unet.sample_size = kLatentDiffusionSize;
  const auto weights = file.part(file.parts.unet);
  require_structure<Unet>(*weights, unet);
  parts.network = unet;
  parts.scheduler = latent_diffusion_schedule();
  describe_network(parts.facts, parts.network, *weights);
  parts.facts.family = "ldm-class";
  take_classes(parts.facts, class_count(file.parts, unet, path));
  const LatentSpace usual{unet.in_channels, kUsualFactor, kLatentDiffusionScale, 0.0, {}, true};
  take_latent_space(parts.facts, usual, parts.network);
  if (file.parts.vae.empty()) return;
  parts.vae = vae_of(file, parts.facts.path);
  take_scale(*parts.vae, kLatentDiffusionScale);
  parts.facts.other_bytes_fp32 = 4 * parts.vae->elements;
  take_latent_space(parts.facts, parts.vae->latent_space(), parts.network);
}

/// A network alone inherits its schedule from the run's, unless its file tells its own.
bool tells_process(const OpenFile& file) {
  const FileNotes notes = read_file_notes(file.source->metadata());
  return !file.parts.marks.empty() || notes.predicts_v || notes.zero_snr;
}

/// A U-Net that takes text: a whole model, one that lacks its autoencoder or its text encoders, or the network alone.
void read_text_unet(ModelParts& parts, const OpenFile& file) {
  const fs::path& path = parts.facts.path;
  UnetConfig unet = infer_unet_config(shapes_of(file.parts.unet), path.string());
  const auto weights = file.part(file.parts.unet);
  require_structure<Unet>(*weights, unet);
  add_text(parts, file, unet);
  add_vae(parts, file, unet);
  if (parts.text || parts.vae || tells_process(file)) {
    parts.scheduler = scheduler_of(file, unet);
    unet.sample_size = sample_size_of(unet, *parts.scheduler);
  }
  parts.network = unet;
  describe_network(parts.facts, parts.network, *weights);
  if (!parts.text) parts.facts.time_id_width = 0;  // it shows only beside the pooled text
  if (const std::optional<LatentSpace> latent = parts.facts.latent) {
    take_latent_space(parts.facts, *latent, parts.network);
  }
}

}  // namespace

ModelParts read_single_file(const fs::path& path, WeightChoice weights) {
  constexpr const char* kExpected = "a denoising network or a whole model with one";
  const OpenFile file(path, weights, kExpected);
  if (!has_denoiser(file.parts)) file.refuse(kExpected);
  file.require_known();
  require_plain_process(file, read_file_notes(file.source->metadata()));
  ModelParts parts;
  parts.facts.path = path;
  parts.facts.name = display_name(path);
  parts.facts.has_both_weights = file.parts.has_both_weights;
  parts.network_folder = path;
  parts.stamp = place_stamp(path);
  parts.weights = weights;
  if (!file.parts.dit.empty()) {
    read_dit(parts, file);
  } else if (!file.parts.class_embedding.empty()) {
    read_class_unet(parts, file);
  } else {
    read_text_unet(parts, file);
  }
  parts.facts.scheduler = parts.scheduler;
  return parts;
}

VaePart read_single_file_vae(const fs::path& path) {
  constexpr const char* kExpected = "an autoencoder";
  const OpenFile file(path, WeightChoice::Auto, kExpected);
  if (file.parts.vae.empty()) file.refuse(kExpected);
  VaePart part = vae_of(file, path);
  part.scale_known = !file.parts.unet.empty();
  if (part.scale_known) {
    take_scale(part, published_scale(infer_unet_config(shapes_of(file.parts.unet), path.string())));
  }
  return part;
}

ModelFacts read_file_facts(const fs::path& path) {
  const OpenFile file(path);
  if (has_denoiser(file.parts)) return read_single_file(path).facts;
  const ModelIdentity identity = identify_tensors(shapes_of(*file.source), path.string());
  ModelFacts facts;
  facts.path = path;
  facts.name = display_name(path);
  facts.family = identity.family;
  facts.parameters = identity.parameters;
  facts.dtype = stored_dtype(*file.source);
  facts.files = file.source->files();
  facts.stamps = file.source->stamps();
  facts.purpose = phrase_of(identity.role);
  return facts;
}

}  // namespace tstitch
