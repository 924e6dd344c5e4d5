#include "core/local_engine/lora_set.h"

#include <string_view>
#include <system_error>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/original_unet_aliases.h"
#include "core/local_engine/part_facts.h"
#include "core/models/lora_folder.h"
#include "core/models/model_identity.h"
#include "core/models/model_index.h"
#include "core/system/current_folder.h"
#include "core/weights/mapped_source.h"

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
std::vector<LoraFolderFile> files_in(const fs::path& folder) {
  if (auto known = lora_folder_files(folder); !known.empty()) return known;
  std::error_code ignored;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
    if (entry->path().extension() == ".safetensors") files.push_back(entry->path());
  }
  return {{files.size() == 1 ? files.front() : folder / "pytorch_lora_weights.safetensors", {}}};
}

std::shared_ptr<const LoraFile> opened(const std::vector<LoraFolderFile>& files, const fs::path& place) {
  if (files.size() == 1 && files.front().prefix.empty()) return std::make_shared<const LoraFile>(files.front().path);
  std::vector<LoraFilePiece> pieces;
  pieces.reserve(files.size());
  for (const LoraFolderFile& file : files) pieces.push_back({file.path, file.prefix});
  return std::make_shared<const LoraFile>(pieces, place.string());
}

/// Refuses what is no LoRA by what it is.
ModelIdentity identified(const LoraFolderFile& file) {
  ModelIdentity identity = identify_tensors(read_tensor_shapes(file.path), file.path.string(), "a LoRA");
  if (identity.role == ModelRole::Lora) return identity;
  throw BadInput(concat("is ", phrase_of(identity.role), " (", identity.family, "), expected a LoRA."),
                 file.path.string());
}

}  // namespace

LoraPart read_lora_part(const fs::path& place) {
  std::error_code ignored;
  const bool is_folder = fs::is_directory(place, ignored);
  const std::vector<LoraFolderFile> files =
      is_folder ? files_in(place) : std::vector<LoraFolderFile>{lora_folder_file(place)};
  LoraPart part;
  part.path = files.size() == 1 ? files.front().path : place;
  for (const LoraFolderFile& file : files) part.family = identified(file).family;
  part.file = opened(files, part.path);
  const TensorShapes shapes = shapes_of(part.file->source());
  if (files.size() > 1) part.family = identify_tensors(shapes, part.path.string()).family;
  part.embeddings = read_bundled_embeddings(shapes, part.path.string());
  return part;
}

ModelFacts read_lora_facts(const fs::path& place) {
  const LoraPart part = read_lora_part(place);
  const WeightSource& source = part.file->source();
  ModelFacts facts;
  facts.path = place;
  facts.name = display_name(place);
  facts.family = part.family;
  facts.purpose = phrase_of(ModelRole::Lora);
  facts.parameters = element_count(source);
  facts.dtype = stored_dtype(source);
  facts.files = source.files();
  facts.stamps = source.stamps();
  return facts;
}

std::string LoraPart::name() const {
  return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
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

LoraComponent lora_component(const LoraFile& file, const std::string& text_role, bool is_alone) {
  const bool is_second = text_role == "text_encoder_2" && !(is_alone && !file.has(LoraComponent::TextEncoder2));
  return is_second ? LoraComponent::TextEncoder2 : LoraComponent::TextEncoder;
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
