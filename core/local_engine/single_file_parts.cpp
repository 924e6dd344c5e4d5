#include "core/local_engine/single_file_parts.h"

#include <algorithm>

#include <ATen/ops/std.h>

#include "core/base/error.h"
#include "core/base/places.h"
#include "core/base/text.h"
#include "core/engine/model_identity.h"
#include "core/engine/model_index.h"
#include "core/formats/dit_config.h"
#include "core/formats/inferred_config.h"
#include "core/local_engine/part_facts.h"
#include "core/local_engine/part_weights.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/clip_text.h"
#include "core/networks/unet.h"
#include "core/schedule/original_schedules.h"
#include "core/weights/mapped_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr double kSdxlScale = 0.13025;
constexpr int kFullTimeIds = 6;
constexpr int kRefinerTimeIds = 5;

/// SD 2 networks that predict v show it in this spread (models.md 1.10).
constexpr double kLeastSpreadOfV = 0.09;

bool is_sdxl(const UnetConfig& network) {
  return network.addition == Addition::TextTime;
}

/// The refiner has the second text encoder alone.
bool is_refiner(const SingleFile& parts) {
  return parts.sdxl && parts.text.size() == 1;
}

void require_known(const SingleFile& parts, const fs::path& file) {
  if (parts.unused.empty()) return;
  throw BadInput(concat("holds ", parts.unused.size(), parts.unused.size() == 1 ? " tensor" : " tensors",
                        " that no part of the model takes (first: ", parts.unused.front(), ")."),
                 file.string());
}

/// Marks of processes that differ from the families' own by more than their prediction.
void require_plain_process(const WeightSource& source) {
  for (const char* mark : {"edm_mean", "edm_std", "edm_vpred.sigma_max"}) {
    if (source.entries().contains(mark)) {
      throw BadInput(concat("is of an EDM process (tensor ", mark, "), which is not supported."), source.label());
    }
  }
}

bool predicts_v(const OpenFile& file, const UnetConfig& network) {
  if (file.source->entries().contains("v_pred")) return true;
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
  const bool v = predicts_v(file, network);
  scheduler.class_name = is_sdxl(network) ? "EulerDiscreteScheduler" : v ? "DDIMScheduler" : "PNDMScheduler";
  scheduler.beta_start = 0.00085;
  scheduler.beta_end = 0.012;
  scheduler.beta_schedule = BetaSchedule::ScaledLinear;
  scheduler.prediction = v ? Prediction::V : Prediction::Epsilon;
  scheduler.rescale_zero_snr = file.source->entries().contains("ztsnr");
  scheduler.spacing = Spacing::Leading;
  scheduler.steps_offset = 1;
  scheduler.set_alpha_to_one = false;
  scheduler.skip_prk_steps = true;
  scheduler.clip_sample = false;
  scheduler.family_table = family_table_of(network);
  return scheduler;
}

VaePart vae_of(const OpenFile& file, const fs::path& path) {
  VaePart part;
  part.folder = path;
  VaeConfig config = infer_vae_config(shapes_of(file.parts.vae), path.string());
  const auto weights = file.part(file.parts.vae);
  require_structure<KlEncoder, KlDecoder>(*weights, config);
  part.encoder_fingerprint = encoder_fingerprint(*weights);
  part.config = config;
  part.files = weights->files();
  return part;
}

TextPart text_of(const OpenFile& file, std::size_t index, const fs::path& path) {
  const SingleFileText& text = file.parts.text[index];
  TextPart part;
  // The refiner's only encoder is SDXL's second.
  part.role = index > 0 || is_refiner(file.parts) ? "text_encoder_2" : "text_encoder";
  part.encoder_folder = path;
  part.index = index;
  const TextActivation activation = text.open_clip ? TextActivation::Gelu : TextActivation::QuickGelu;
  part.config = infer_clip_text_config(shapes_of(text.tensors), path.string(), activation);
  part.published_tokenizer.emplace();
  if (text.open_clip) part.published_tokenizer->pad = "!";
  part.tokenizer_folder = installed_places().tokenizer;
  const auto weights = file.part(text.tensors);
  require_structure<ClipTextModel>(*weights, part.config);
  part.files = weights->files();
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

void add_other_parts(ModelParts& parts, const OpenFile& file, const fs::path& path) {
  parts.vae = vae_of(file, path);
  if (is_sdxl(parts.network)) std::get<VaeConfig>(parts.vae->config).scaling_factor = kSdxlScale;
  parts.text = texts_of(file, path);
  parts.facts.text_width = parts.text->width();
  parts.facts.pooled_width = parts.text->pooled_width();
  parts.facts.latent = parts.vae->latent_space();
  parts.facts.size_multiple = std::max(8, parts.facts.latent->factor);
  parts.facts.other_bytes_fp32 = 4 * element_count(*file.part(file.parts.vae));
  for (const SingleFileText& text : file.parts.text) {
    parts.facts.other_bytes_fp32 += 4 * element_count(*file.part(text.tensors));
  }
}

/// Published sizes: SDXL is made for 1024 pixels, SD 2's v network for 768, the others for 512.
int sample_size_of(const UnetConfig& network, const SchedulerConfig& scheduler) {
  if (is_sdxl(network)) return 128;
  return scheduler.prediction == Prediction::V ? 96 : 64;
}

/// What runs with this engine's U-Net; latent diffusion's class-conditional one has no text.
bool is_text_to_image(const SingleFile& parts) {
  return parts.unet.contains("conv_in.weight") && parts.class_embedding.empty();
}

/// Class-conditional denoisers: their condition is their own, so it fits by definition.
void describe_class_conditional(ModelFacts& facts, const OpenFile& file) {
  const bool transformer = !file.parts.dit.empty();
  facts.network_class = transformer ? "DiTTransformer2DModel" : "UNet2DConditionModel";
  facts.latent = transformer ? LatentSpace{} : LatentSpace{4, 8, 1.0, 0.0, {}};
  facts.text_width = 0;
  if (transformer) {
    const DitConfig dit = infer_dit_config(shapes_of(file.parts.dit), facts.path.string());
    facts.scheduler = dit_schedule(dit.learns_variance());
    facts.latent_channels = dit.in_channels;
    facts.sample_size = dit.sample_size;
    facts.parameters = element_count(*file.part(file.parts.dit));
    return;
  }
  facts.scheduler = latent_diffusion_schedule();
  facts.context_width = static_cast<int>(file.parts.class_embedding.at("embedding.weight").shape.at(1));
  facts.text_width = facts.context_width;
  facts.sample_size = 32;
  facts.parameters = element_count(*file.part(file.parts.unet));
}

[[noreturn]] void refuse(const OpenFile& file, const char* expected) {
  const ModelIdentity found = identify_tensors(shapes_of(*file.source), file.source->label());
  throw BadInput(concat("is ", phrase_of(found.role), " (", found.family, "), expected ", expected, "."),
                 file.source->label());
}

}  // namespace

ModelParts read_single_file(const fs::path& path) {
  const OpenFile file(path);
  if (!is_text_to_image(file.parts)) refuse(file, "a U-Net or a whole model with one");
  require_known(file.parts, path);
  require_plain_process(*file.source);
  ModelParts parts;
  parts.facts.path = path;
  parts.facts.name = display_name(path);
  parts.network_folder = path;
  parts.network = infer_unet_config(shapes_of(file.parts.unet), path.string());
  const auto weights = file.part(file.parts.unet);
  require_structure<Unet>(*weights, parts.network);
  if (!file.parts.vae.empty() && !file.parts.text.empty()) {
    parts.scheduler = scheduler_of(file, parts.network);
    parts.network.sample_size = sample_size_of(parts.network, *parts.scheduler);
    add_other_parts(parts, file, path);
    infer_time_ids(parts.network, *parts.text, is_refiner(file.parts));
  }
  describe_network(parts.facts, parts.network, *weights);
  parts.facts.scheduler = parts.scheduler;
  return parts;
}

VaePart read_single_file_vae(const fs::path& path) {
  const OpenFile file(path);
  if (file.parts.vae.empty()) refuse(file, "an autoencoder");
  VaePart part = vae_of(file, path);
  part.scale_known = !file.parts.unet.empty();
  if (part.scale_known && is_sdxl(infer_unet_config(shapes_of(file.parts.unet), path.string()))) {
    std::get<VaeConfig>(part.config).scaling_factor = kSdxlScale;
  }
  return part;
}

ModelFacts read_file_facts(const fs::path& path) {
  const OpenFile file(path);
  if (is_text_to_image(file.parts)) return read_single_file(path).facts;
  const ModelIdentity identity = identify_tensors(shapes_of(*file.source), path.string());
  ModelFacts facts;
  facts.path = path;
  facts.name = display_name(path);
  facts.family = identity.family;
  facts.parameters = identity.parameters;
  facts.dtype = dtype_name(file.source->entries().begin()->second.type);
  facts.files = file.source->files();
  const bool denoiser = identity.role == ModelRole::Denoiser || identity.role == ModelRole::Pipeline;
  if (denoiser) {
    describe_class_conditional(facts, file);
  } else {
    facts.purpose = phrase_of(identity.role);
  }
  return facts;
}

}  // namespace tstitch
