#include "core/local_engine/model_store.h"

#include <utility>

#include "core/base/check.h"
#include "core/base/text.h"
#include "core/local_engine/harmless_tensors.h"
#include "core/local_engine/part_weights.h"
#include "core/weights/weight_scope.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

BuildOptions build_options(const LoadOptions& options) {
  BuildOptions build;
  build.type = options.type;
  build.device = options.device;
  build.stop = options.stop;
  build.progress = options.progress;
  return build;
}

std::string key_of(const char* kind, const fs::path& folder, const LoadOptions& options, const LoraSet& loras = {}) {
  return concat(kind, '|', fs::absolute(folder).lexically_normal().string(), '|', options.variant, '|',
                at::toString(options.type), '|', options.device.str(), '|', loras.key);
}

const VaeConfig& kl_config(const VaePart& part) {
  const auto* config = std::get_if<VaeConfig>(&part.config);
  TSTITCH_CHECK(config != nullptr, part.folder.string());
  return *config;
}

}  // namespace

template <class Part, class Make>
std::shared_ptr<const Part> ModelStore::shelved(const std::string& key, const Make& make) {
  const auto known = shelf_.find(key);
  if (known != shelf_.end()) return std::static_pointer_cast<const Part>(known->second);
  std::shared_ptr<const Part> part = make();
  shelf_[key] = part;
  return part;
}

std::shared_ptr<const Unet> ModelStore::network(const ModelParts& parts, const LoadOptions& options,
                                                const LoraSet& loras) {
  return shelved<Unet>(key_of("unet", parts.network_folder, options, loras), [&] {
    const auto stored = open_network(parts.network_folder, options.variant);
    const LoraSource source(*stored, LoraComponent::Network, loras.loras, network_aliases(parts.network, *stored));
    const WeightScope root(source, build_options(options));
    auto unet = std::make_shared<const Unet>(root, parts.network);
    root.require_complete(harmless_tensors());
    return unet;
  });
}

TextConditioner ModelStore::text_conditioner(const ModelParts& parts, const LoadOptions& options,
                                             const LoraSet& loras) {
  TSTITCH_CHECK(parts.text.has_value(), parts.facts.path.string());
  std::vector<std::shared_ptr<const TextEncoder>> encoders;
  for (const TextPart& part : parts.text->encoders) encoders.push_back(text_encoder(part, options, loras));
  return {std::move(encoders), parts.text->recipe};
}

std::shared_ptr<const TextEncoder> ModelStore::text_encoder(const TextPart& part, const LoadOptions& options,
                                                            const LoraSet& loras) {
  return shelved<TextEncoder>(key_of(part.role.c_str(), part.encoder_folder, options, loras), [&] {
    const auto stored = open_text_encoder(part, options.variant);
    const LoraSource source(*stored, lora_component(part.role), loras.loras);
    const WeightScope root(source, build_options(options));
    auto network = std::make_shared<const ClipTextModel>(root, part.config);
    root.require_complete(harmless_tensors());
    return std::make_shared<const TextEncoder>(std::make_shared<const BpeTokenizer>(load_tokenizer(part)), network,
                                               part.config, options.device);
  });
}

std::shared_ptr<const ControlNet> ModelStore::control_net(const ControlNetPart& part, const LoadOptions& options) {
  return shelved<ControlNet>(key_of("controlnet", part.place, options), [&] {
    const auto source = open_control_net(part.place, options.variant);
    const WeightScope root(*source, build_options(options));
    auto network = std::make_shared<const ControlNet>(root, part.config);
    root.require_complete(harmless_tensors());
    return network;
  });
}

std::shared_ptr<const KlDecoder> ModelStore::kl_decoder(const VaePart& part, const LoadOptions& options) {
  return shelved<KlDecoder>(key_of("decoder", part.folder, options), [&] {
    const auto source = open_vae(part.folder, options.variant);
    const WeightScope root(*source, build_options(options));
    root.skip("encoder");
    root.skip("quant_conv");
    auto decoder = std::make_shared<const KlDecoder>(root, kl_config(part));
    root.require_complete(harmless_tensors());
    return decoder;
  });
}

std::shared_ptr<const KlEncoder> ModelStore::kl_encoder(const VaePart& part, const LoadOptions& options) {
  return shelved<KlEncoder>(key_of("encoder", part.folder, options), [&] {
    const auto source = open_vae(part.folder, options.variant);
    const WeightScope root(*source, build_options(options));
    root.skip("decoder");
    root.skip("post_quant_conv");
    auto encoder = std::make_shared<const KlEncoder>(root, kl_config(part));
    root.require_complete(harmless_tensors());
    return encoder;
  });
}

std::shared_ptr<const TinyDecoder> ModelStore::tiny_decoder(const VaePart& part, const LoadOptions& options) {
  const auto* config = std::get_if<TinyVaeConfig>(&part.config);
  TSTITCH_CHECK(config != nullptr, part.folder.string());
  return shelved<TinyDecoder>(key_of("tiny", part.folder, options), [&] {
    const auto source = open_vae(part.folder, options.variant);
    const WeightScope root(*source, build_options(options));
    root.skip("encoder");
    auto decoder = std::make_shared<const TinyDecoder>(root, *config);
    root.require_complete(harmless_tensors());
    return decoder;
  });
}

std::int64_t ModelStore::loaded_bytes(const ResolvedRun& run, const LoadOptions& options) const {
  const auto weight = static_cast<std::int64_t>(at::elementSize(options.type));
  std::int64_t bytes = 0;
  for (const DenoiserName& name : run.trajectory.denoisers()) {
    const ModelParts& parts = run.models.at(name);
    if (shelf_.contains(key_of("unet", parts.network_folder, options, run.loras_of(name, LoraTarget::Network)))) {
      bytes += parts.facts.parameters * weight;
    }
  }
  for (const ControlPart& control : run.controls) {
    if (shelf_.contains(key_of("controlnet", control.network.place, options))) {
      bytes += control.network.facts.parameters * weight;
    }
  }
  return bytes;
}

void ModelStore::drop_unused() {
  std::erase_if(shelf_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

}  // namespace tstitch
