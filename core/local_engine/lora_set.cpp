#include "core/local_engine/lora_set.h"

#include <string_view>
#include <system_error>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/engine/model_identity.h"
#include "core/formats/original_unet_aliases.h"
#include "core/system/current_folder.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

bool changes_text(const LoraFile& file) {
  return file.has(LoraComponent::TextEncoder) || file.has(LoraComponent::TextEncoder2);
}

std::string key_of(const LoraPart& part, double strength) {
  return concat(absolute_path(part.path).lexically_normal().string(), '\x1f', number_text(strength), '\x1e');
}

/// The adapter in a folder.
fs::path file_in(const fs::path& folder) {
  std::error_code ignored;
  for (const char* stem : {"pytorch_lora_weights", "adapter_model"}) {
    for (const char* end : {".safetensors", ".bin"}) {
      fs::path file = folder / concat(stem, end);
      if (fs::is_regular_file(file, ignored)) return file;
    }
  }
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
    if (entry->path().extension() == ".safetensors") files.push_back(entry->path());
  }
  return files.size() == 1 ? files.front() : folder / "pytorch_lora_weights.safetensors";
}

}  // namespace

LoraPart read_lora_part(const fs::path& place) {
  std::error_code ignored;
  const bool is_folder = fs::is_directory(place, ignored);
  LoraPart part;
  part.path = is_folder ? file_in(place) : place;
  const TensorShapes shapes = read_tensor_shapes(part.path);
  const ModelIdentity identity = identify_tensors(shapes, part.path.string(), "a LoRA");
  if (identity.role != ModelRole::Lora) {
    throw BadInput(concat("is ", phrase_of(identity.role), " (", identity.family, "), expected a LoRA."),
                   part.path.string());
  }
  part.family = identity.family;
  part.file = std::make_shared<const LoraFile>(part.path);
  part.embeddings = read_bundled_embeddings(shapes, part.path.string());
  return part;
}

LoraSet lora_set_for(const DenoiserName& denoiser, LoraTarget target, const std::vector<LoraChoice>& choices,
                     const std::vector<LoraPart>& parts) {
  TSTITCH_CHECK(choices.size() == parts.size(), choices.size(), " ", parts.size());
  LoraSet set;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const LoraChoice& choice = choices[i];
    const bool is_meant =
        choice.strength != 0 && choice.denoiser.value_or(denoiser) == denoiser && !parts[i].unfit.contains(denoiser);
    if (!is_meant || (target == LoraTarget::Text && !changes_text(*parts[i].file))) continue;
    set.loras.push_back({parts[i].file, choice.strength});
    set.key += key_of(parts[i], choice.strength);
    set.stamp += text_of(parts[i].file->source().stamps());
  }
  return set;
}

LoraComponent lora_component(const std::string& text_role) {
  return text_role == "text_encoder_2" ? LoraComponent::TextEncoder2 : LoraComponent::TextEncoder;
}

std::map<std::string, std::string> network_aliases(const NetworkConfig& config, const WeightSource& weights) {
  const auto* unet = std::get_if<UnetConfig>(&config);
  if (unet == nullptr) return {};
  constexpr std::string_view kWeight = ".weight";
  std::vector<std::string> layers;
  for (const auto& [name, entry] : weights.entries()) {
    if (name.ends_with(kWeight)) layers.push_back(name.substr(0, name.size() - kWeight.size()));
  }
  return original_unet_aliases(*unet, layers);
}

}  // namespace tstitch
