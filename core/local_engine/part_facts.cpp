#include "core/local_engine/part_facts.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include <ATen/core/Tensor.h>

#include "core/formats/sha256.h"
#include "core/formats/tensor_shapes.h"
#include "core/models/model_identity.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/dit.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/networks/unet.h"
#include "core/networks/vq_autoencoder.h"
#include "core/weights/mapped_source.h"

namespace tstitch {
namespace {

/// The published family whose shape this is; where nobody published that width of text, `sdxl` or `unet`.
std::string family_of(const UnetConfig& network) {
  const bool xl = network.addition == Addition::TextTime;
  const std::array<int, 2> published = xl ? std::array{2048, 1280} : std::array{768, 1024};
  const bool known = std::find(published.begin(), published.end(), network.cross_attention_dim) != published.end();
  if (known) return unet_family(network);
  return xl ? "sdxl" : "unet";
}

void describe(ModelFacts& facts, const UnetConfig& network) {
  facts.network_class = "UNet2DConditionModel";
  facts.family = family_of(network);
  facts.latent_channels = network.latent_channels();
  facts.context_width = network.cross_attention_dim;
  facts.sample_size = network.sample_size;
  if (network.addition != Addition::TextTime) return;
  facts.addition_width = network.projection_class_embeddings_input_dim;
  facts.time_id_width = network.addition_time_embed_dim;
}

void describe(ModelFacts& facts, const DitConfig& network) {
  facts.network_class = "DiTTransformer2DModel";
  facts.family = dit_family(network);
  facts.latent_channels = network.in_channels;
  facts.sample_size = network.sample_size;
  take_classes(facts, network.classes);
}

/// Pixels per side of what the network sees as one place.
int patch_of(const NetworkConfig& network) {
  const auto* dit = std::get_if<DitConfig>(&network);
  return dit == nullptr ? 1 : dit->patch_size;
}

}  // namespace

void require_autoencoder(const WeightSource& weights, const VaeConfig& config) {
  require_structure<KlEncoder, KlDecoder>(weights, config);
}

void require_autoencoder(const WeightSource& weights, const TinyVaeConfig& config) {
  require_structure<TinyEncoder, TinyDecoder>(weights, config);
}

void require_tiny_decoder(const WeightSource& weights, const TinyVaeConfig& config) {
  require_structure<TinyDecoder>(weights, config);
}

void require_autoencoder(const WeightSource& weights, const VqConfig& config) {
  require_structure<VqEncoder, VqDecoder>(weights, config);
}

void require_denoiser(const WeightSource& weights, const NetworkConfig& config) {
  if (const auto* unet = std::get_if<UnetConfig>(&config)) {
    require_structure<Unet>(weights, *unet);
  } else {
    require_structure<Dit>(weights, std::get<DitConfig>(config));
  }
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

namespace {

std::string dtype_name(at::ScalarType type) {
  switch (type) {
    case at::kDouble:
      return "fp64";
    case at::kFloat:
      return "fp32";
    case at::kHalf:
      return "fp16";
    case at::kBFloat16:
      return "bf16";
    case at::kFloat8_e4m3fn:
    case at::kFloat8_e5m2:
      return "fp8";
    default:
      return "other";
  }
}

}  // namespace

std::string stored_dtype(const WeightSource& weights) {
  std::map<at::ScalarType, double> numbers;
  for (const auto& [name, entry] : weights.entries()) {
    numbers[entry.type] += static_cast<double>(element_count(entry.shape));
  }
  const auto most = std::max_element(numbers.begin(), numbers.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == numbers.end() ? "other" : dtype_name(most->first);
}

std::int64_t element_count(const WeightSource& weights) {
  std::int64_t count = 0;
  for (const auto& [name, entry] : weights.entries()) {
    if (__builtin_add_overflow(count, element_count(entry.shape), &count))
      return std::numeric_limits<std::int64_t>::max();
  }
  return count;
}

std::optional<FamilyTable> family_table_of(const NetworkConfig& network) {
  const auto* unet = std::get_if<UnetConfig>(&network);
  if (unet == nullptr) return std::nullopt;
  return unet->addition == Addition::TextTime ? FamilyTable::StableDiffusionXl : FamilyTable::StableDiffusion;
}

double published_scale(const NetworkConfig& network) {
  constexpr double kSd = 0.18215, kSdxl = 0.13025;
  const auto* unet = std::get_if<UnetConfig>(&network);
  return unet != nullptr && unet->addition == Addition::TextTime ? kSdxl : kSd;
}

LatentSpace presumed_latents(const NetworkConfig& network) {
  constexpr int kUsualFactor = 8;
  const auto* unet = std::get_if<UnetConfig>(&network);
  const int channels = unet != nullptr ? unet->latent_channels() : std::get<DitConfig>(network).in_channels;
  return {channels, kUsualFactor, published_scale(network), 0.0, {}, true};
}

void take_classes(ModelFacts& facts, int count) {
  facts.class_count = count;
  const ClassNames& known = imagenet_class_names();
  if (static_cast<std::size_t>(count) == known.size()) facts.class_names = known;
}

int size_multiple(const LatentSpace& space, const NetworkConfig& network) {
  constexpr int kLeast = 8;
  return std::max(kLeast, space.factor * patch_of(network));
}

void take_latent_space(ModelFacts& facts, const LatentSpace& space, const NetworkConfig& network) {
  facts.latent = space;
  facts.size_multiple = size_multiple(space, network);
}

void describe_network(ModelFacts& facts, const NetworkConfig& network, const WeightSource& weights) {
  std::visit([&](const auto& config) { describe(facts, config); }, network);
  facts.parameters = element_count(weights);
  facts.network_bytes_fp32 = facts.parameters * 4;
  facts.dtype = stored_dtype(weights);
  facts.files = weights.files();
  facts.stamps = weights.stamps();
}

}  // namespace tstitch
