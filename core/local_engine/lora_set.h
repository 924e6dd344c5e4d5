#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/configs/embedding_layout.h"
#include "core/local_engine/model_parts.h"
#include "core/request/generation_request.h"
#include "core/weights/lora.h"

namespace tstitch {

/// The low-rank files that one part of a run is given.
struct LoraSet {
  std::vector<AppliedLora> loras;
  std::string key;    ///< the files and their strengths
  std::string stamp;  ///< of these files: equal keys and stamps, equal weights
  LoraMethod method = LoraMethod::Folded;
};

/// A low-rank file of a request, its header read.
struct LoraPart {
  std::filesystem::path path;  ///< of the file; of the folder, where several are one LoRA
  std::shared_ptr<const LoraFile> file;
  std::string family;                       ///< as model_identity.h tells it
  std::set<DenoiserName> unfit;             ///< of another family: nothing of the file is applied there
  std::vector<EmbeddingLayout> embeddings;  ///< textual inversions that lie in it

  [[nodiscard]] std::string name() const;
};

/// `place`: a file, a folder with the LoRA that diffusers or peft saves there (lora_folder.h), or one with a file
/// alone. Throws BadInput naming it.
LoraPart read_lora_part(const std::filesystem::path& place);

/// What is known of the LoRA at such a place.
ModelFacts read_lora_facts(const std::filesystem::path& place);

/// What is added for one denoiser. Files of strength 0 add nothing and are left out.
enum class LoraTarget { Network, Text };
LoraSet lora_set_for(const DenoiserName& denoiser, LoraTarget target, const std::vector<LoraChoice>& choices,
                     const std::vector<LoraPart>& parts);

/// Which modules of a file change the encoder of that role: those for it, and where a model has one encoder alone and
/// the file nothing for its role, those for the first (`lora_te_*` on SDXL's refiner, as ComfyUI reads them).
LoraComponent lora_component(const LoraFile& file, const std::string& text_role, bool is_alone);

/// The names that files may use for a U-Net's layers besides ours.
std::map<std::string, std::string> network_aliases(const NetworkConfig& config, const WeightSource& weights);

}  // namespace tstitch
