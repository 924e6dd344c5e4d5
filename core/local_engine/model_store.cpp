#include "core/local_engine/model_store.h"

#include <string_view>
#include <typeinfo>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/local_engine/harmless_tensors.h"
#include "core/local_engine/part_weights.h"
#include "core/request/names.h"
#include "core/system/current_folder.h"
#include "core/system/heap.h"
#include "core/weights/weight_scope.h"
#include "core/weights/weight_upload.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// A network and what keeps the weights that it shares with others.
template <class Network>
struct WithWeights {
  WithWeights(std::shared_ptr<TensorShelf> shelf, Network built)
      : weights(std::move(shelf)), network(std::move(built)) {}

  std::shared_ptr<TensorShelf> weights;
  Network network;
};

BuildOptions build_options(const LoadOptions& options) {
  BuildOptions build;
  build.type = options.type;
  build.device = options.device;
  build.stop = options.stop;
  build.progress = [progress = options.progress, before = std::int64_t{0},
                    since = std::int64_t{0}](std::int64_t bytes_read) mutable {
    constexpr std::int64_t kBetween = std::int64_t{1} << 30U;
    const std::int64_t bytes = bytes_read - std::exchange(before, bytes_read);
    since += bytes;
    if (since >= kBetween) {
      return_freed_memory();
      since = 0;
    }
    if (progress) progress(bytes);
  };
  return build;
}

/// What `build` makes of a scope's weights. On a device they arrive in one block; what belongs there is learnt by
/// building of shapes first.
template <class Build>
auto built_of(const WeightSource& source, BuildOptions options, const std::vector<std::string>& harmless,
              const Build& build) {
  const auto complete = [&](const BuildOptions& chosen) {
    const WeightScope root(source, chosen);
    auto network = build(root);
    root.require_complete(harmless);
    return network;
  };
  if (options.device.is_cpu()) return complete(options);
  options.upload = std::make_shared<WeightUpload>(source);
  BuildOptions shapes = options;
  shapes.device = at::kMeta;
  static_cast<void>(complete(shapes));
  options.upload->begin(options.device, options.type);
  auto network = complete(options);
  options.upload->finish();
  return network;
}

std::string key_of(std::string_view kind, const fs::path& folder, const LoadOptions& options,
                   const LoraSet& loras = {}) {
  return concat(kind, '|', absolute_path(folder).lexically_normal().string(), '|', options.variant, '|',
                at::toString(options.type), '|', options.device.str(), '|', loras.key,
                loras.method == LoraMethod::Added ? "|added" : "");
}

/// Of a denoiser: which of its weights, too.
std::string network_key(const ModelParts& parts, const LoadOptions& options, const LoraSet& loras = {}) {
  return key_of(concat("network ", name_of(parts.weights)), parts.network_folder, options, loras);
}

std::string text_key(const TextPart& part, const LoadOptions& options, const LoraSet& loras) {
  return key_of(part.role, part.encoder_folder, options, loras);
}

std::string control_key(const ControlNetworkPart& part, const LoadOptions& options) {
  return key_of("control", part.place, options);
}

/// Weights that a run needs: where they come from and how many weights it has.
struct NeededWeights {
  std::string stamp;
  std::int64_t elements = 0;
};

/// The networks and encoders of a run by their names on the shelf.
std::map<std::string, NeededWeights> needed_weights(const ResolvedRun& run, const LoadOptions& options) {
  std::map<std::string, NeededWeights> needed;
  for (const DenoiserName& name : run.trajectory.denoisers()) {
    const ModelParts& parts = run.models.at(name);
    const LoraSet own = run.loras_of(name, LoraTarget::Network);
    needed[network_key(parts, options, own)] = {parts.stamp + own.stamp, parts.facts.parameters};
    if (run.takes_classes()) continue;
    const LoraSet loras = run.loras_of(name, LoraTarget::Text);
    for (const TextPart& text : run.models.at(run.text_source(name)).text->encoders) {
      needed[text_key(text, options, loras)] = {text.stamp + loras.stamp, text.elements};
    }
  }
  for (const ControlPart& control : run.controls) {
    needed[control_key(control.network, options)] = {control.network.stamp, control.network.facts.parameters};
  }
  return needed;
}

/// What was read is what the run was resolved with, and nobody wrote to it meanwhile.
void require_as_resolved(const WeightSource& source, const std::vector<FileStamp>& files) {
  source.require_unchanged();
  if (source.stamps() == files) return;
  throw BadInput("was replaced since the run began.", source.label(), "Run again.");
}

}  // namespace

template <class Part, class Make>
std::shared_ptr<const Part> ModelStore::shelved(const std::string& name, const std::string& stamp, const Make& make) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = shelf_.find(name);
    if (known != shelf_.end()) {
      if (known->second.stamp == stamp) return std::static_pointer_cast<const Part>(known->second.part);
      shelf_.erase(known);
    }
  }
  std::shared_ptr<const Part> part = make();
  return_freed_memory();
  const std::lock_guard lock(mutex_);
  shelf_[name] = {stamp, part};
  return part;
}

std::shared_ptr<TensorShelf> ModelStore::shared_weights(const std::string& key) {
  std::shared_ptr<TensorShelf> weights = weights_[key].lock();
  if (!weights) weights_[key] = weights = std::make_shared<TensorShelf>();
  return weights;
}

template <class Network, class Config>
std::shared_ptr<const Network> ModelStore::denoiser(const ModelParts& parts, const Config& config,
                                                    const LoadOptions& options, const LoraSet& loras) {
  return shelved<Network>(network_key(parts, options, loras), parts.stamp + loras.stamp, [&] {
    const auto stored = open_network(parts, options.variant);
    const LoraSource source(*stored, LoraComponent::Network, loras.loras, network_aliases(parts.network, *stored),
                            loras.method);
    BuildOptions build = build_options(options);
    if (loras.method == LoraMethod::Added) build.shelf = shared_weights(network_key(parts, options) + parts.stamp);
    const auto kept = std::make_shared<const WithWeights<Network>>(
        build.shelf,
        built_of(source, build, harmless_tensors(), [&](const WeightScope& root) { return Network(root, config); }));
    require_as_resolved(source, parts.facts.stamps);
    return std::shared_ptr<const Network>(kept, &kept->network);
  });
}

DenoiserNetwork ModelStore::network(const ModelParts& parts, const LoadOptions& options, const LoraSet& loras) {
  if (const auto* dit = std::get_if<DitConfig>(&parts.network)) return denoiser<Dit>(parts, *dit, options, loras);
  return denoiser<Unet>(parts, std::get<UnetConfig>(parts.network), options, loras);
}

std::shared_ptr<const ClassEmbedder> ModelStore::class_embedder(const ModelParts& parts, const LoadOptions& options) {
  return shelved<ClassEmbedder>(key_of("classes", parts.network_folder, options), parts.stamp, [&] {
    const auto source = open_class_embedding(parts.network_folder);
    auto embedder = built_of(*source, build_options(options), {}, [&](const WeightScope& root) {
      return std::make_shared<const ClassEmbedder>(root, parts.facts.class_count, parts.facts.context_width);
    });
    require_as_resolved(*source, parts.facts.stamps);
    return embedder;
  });
}

TextConditioner ModelStore::text_conditioner(const ModelParts& parts, const LoadOptions& options,
                                             const LoraSet& loras) {
  TSTITCH_CHECK(parts.text.has_value(), parts.facts.path.string());
  std::vector<std::shared_ptr<const TextEncoder>> encoders;
  for (const TextPart& part : parts.text->encoders) {
    LoraSet own = loras;
    const bool is_alone = parts.text->encoders.size() == 1;
    for (AppliedLora& lora : own.loras) lora.modules = lora_component(*lora.file, part.role, is_alone);
    encoders.push_back(text_encoder(part, options, own));
  }
  return {std::move(encoders), parts.text->recipe};
}

std::shared_ptr<const TextEncoder> ModelStore::text_encoder(const TextPart& part, const LoadOptions& options,
                                                            const LoraSet& loras) {
  return shelved<TextEncoder>(text_key(part, options, loras), part.stamp + loras.stamp, [&] {
    const auto stored = open_text_encoder(part, options.variant);
    const LoraSource source(*stored, LoraComponent::TextEncoder, loras.loras);
    auto network = built_of(source, build_options(options), harmless_tensors(), [&](const WeightScope& root) {
      return std::make_shared<const ClipTextModel>(root, part.config);
    });
    require_as_resolved(source, part.files);
    return std::make_shared<const TextEncoder>(std::make_shared<const BpeTokenizer>(load_tokenizer(part)), network,
                                               part.config, options.device);
  });
}

template <class Network, class Config>
std::shared_ptr<const Network> ModelStore::control_network(const ControlNetworkPart& part, const LoadOptions& options) {
  return shelved<Network>(control_key(part, options), part.stamp, [&] {
    const auto source = open_control_network(part.place, options.variant);
    auto network = built_of(*source, build_options(options), harmless_tensors(), [&](const WeightScope& root) {
      return std::make_shared<const Network>(root, std::get<Config>(part.config));
    });
    require_as_resolved(*source, part.facts.stamps);
    return network;
  });
}

std::shared_ptr<const ControlNet> ModelStore::control_net(const ControlNetworkPart& part, const LoadOptions& options) {
  return control_network<ControlNet, ControlNetConfig>(part, options);
}

std::shared_ptr<const T2iAdapter> ModelStore::adapter(const ControlNetworkPart& part, const LoadOptions& options) {
  return control_network<T2iAdapter, AdapterConfig>(part, options);
}

/// `others`: what the file holds for the other half.
template <class Half, class Config>
std::shared_ptr<const Half> ModelStore::autoencoder_half(const VaePart& part, const LoadOptions& options,
                                                         const std::vector<std::string>& others) {
  const auto* config = std::get_if<Config>(&part.config);
  TSTITCH_CHECK(config != nullptr, part.folder.string());
  return shelved<Half>(key_of(typeid(Half).name(), part.folder, options), part.stamp, [&] {
    const auto source = open_vae(part.folder, options.variant);
    auto half = built_of(*source, build_options(options), harmless_tensors(), [&](const WeightScope& root) {
      for (const std::string& other : others) root.skip(other);
      return std::make_shared<const Half>(root, *config);
    });
    require_as_resolved(*source, part.files);
    return half;
  });
}

std::shared_ptr<const KlDecoder> ModelStore::kl_decoder(const VaePart& part, const LoadOptions& options) {
  return autoencoder_half<KlDecoder, VaeConfig>(part, options, {"encoder", "quant_conv"});
}

std::shared_ptr<const KlEncoder> ModelStore::kl_encoder(const VaePart& part, const LoadOptions& options) {
  return autoencoder_half<KlEncoder, VaeConfig>(part, options, {"decoder", "post_quant_conv"});
}

std::shared_ptr<const VqDecoder> ModelStore::vq_decoder(const VaePart& part, const LoadOptions& options) {
  return autoencoder_half<VqDecoder, VqConfig>(part, options, {"encoder", "quant_conv"});
}

std::shared_ptr<const VqEncoder> ModelStore::vq_encoder(const VaePart& part, const LoadOptions& options) {
  return autoencoder_half<VqEncoder, VqConfig>(part, options, {"decoder", "post_quant_conv", "quantize"});
}

std::shared_ptr<const TinyDecoder> ModelStore::tiny_decoder(const VaePart& part, const LoadOptions& options) {
  return autoencoder_half<TinyDecoder, TinyVaeConfig>(part, options, {"encoder"});
}

std::shared_ptr<const TinyEncoder> ModelStore::tiny_encoder(const VaePart& part, const LoadOptions& options) {
  return autoencoder_half<TinyEncoder, TinyVaeConfig>(part, options, {"decoder"});
}

std::int64_t ModelStore::loaded_bytes(const ResolvedRun& run, const LoadOptions& options) const {
  std::int64_t elements = 0;
  const auto needed = needed_weights(run, options);
  const std::lock_guard lock(mutex_);
  for (const auto& [name, part] : needed) {
    const auto known = shelf_.find(name);
    if (known != shelf_.end() && known->second.stamp == part.stamp) elements += part.elements;
  }
  return elements * static_cast<std::int64_t>(at::elementSize(options.type));
}

void ModelStore::drop_others(const ResolvedRun& run, const LoadOptions& options) {
  const auto own = needed_weights(run, options);
  const std::lock_guard lock(mutex_);
  const std::size_t gone = std::erase_if(shelf_, [&](const auto& entry) {
    const auto needed = own.find(entry.first);
    const bool stays = needed != own.end() && needed->second.stamp == entry.second.stamp;
    return entry.second.part.use_count() == 1 && !stays;
  });
  if (gone > 0) return_freed_memory();
}

void ModelStore::drop_unused() {
  const std::lock_guard lock(mutex_);
  const std::size_t gone = std::erase_if(shelf_, [](const auto& entry) { return entry.second.part.use_count() == 1; });
  if (gone > 0) return_freed_memory();
}

}  // namespace tstitch
