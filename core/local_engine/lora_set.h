#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/formats/embedding_layout.h"
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
  std::filesystem::path path;
  std::shared_ptr<const LoraFile> file;
  std::string family;                       ///< as model_identity.h tells it
  std::set<DenoiserName> unfit;             ///< of another family: nothing of the file is applied there
  std::vector<EmbeddingLayout> embeddings;  ///< textual inversions that lie in it

  [[nodiscard]] std::string name() const { return path.filename().string(); }
};

/// `place`: a file, or a folder with the one that diffusers or peft saves there (`pytorch_lora_weights`,
/// `adapter_model`), or with one alone. Throws BadInput naming it.
LoraPart read_lora_part(const std::filesystem::path& place);

/// What is added for one denoiser. Files of strength 0 add nothing and are left out.
enum class LoraTarget { Network, Text };
LoraSet lora_set_for(const DenoiserName& denoiser, LoraTarget target, const std::vector<LoraChoice>& choices,
                     const std::vector<LoraPart>& parts);

/// Which modules of a file belong to the text encoder of that role.
LoraComponent lora_component(const std::string& text_role);

/// The names that files may use for a U-Net's layers besides ours.
std::map<std::string, std::string> network_aliases(const NetworkConfig& config, const WeightSource& weights);

}  // namespace tstitch
