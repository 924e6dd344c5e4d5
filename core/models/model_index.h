#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/tensor_shapes.h"
#include "core/models/pair_entry.h"

namespace tstitch {

/// What lies at a path, told by its content, never by its name.
enum class ModelKind {
  DiffusersFolder,   ///< model_index.json and a folder for each part
  NetworkFolder,     ///< config.json of a denoising network
  VaeFolder,         ///< config.json of an autoencoder, full, tiny or with a codebook
  ControlNetFolder,  ///< config.json of a ControlNet
  AdapterFolder,     ///< config.json of a T2I-Adapter
  LoraFolder,        ///< adapters as diffusers or peft saves them (lora_folder.h), and no config.json
  WeightFile         ///< a file of weights; what they are model_identity.h tells
};

/// Looks at the folder's own configs. A diffusers folder must hold every part that a run needs, each with its config.
/// Throws BadInput that names the path (joined with the file inside it), what was expected and what was found.
ModelKind identify_model(const std::filesystem::path& place);

/// The class of a part that lies alone in its folder: as its config says, else what its tensors show. Throws BadInput.
std::string class_of_folder(const std::filesystem::path& folder);

/// Names and shapes of the weights in a part's folder, whole or in shards. Throws BadInput.
TensorShapes part_shapes(const std::filesystem::path& folder);

/// How people speak of the model at a path: its last part, with the parts before it where that says little (`unet`,
/// `large`, ...): `miniature/small/unet`, `stable-diffusion-v1-5`.
std::string display_name(const std::filesystem::path& place);

/// The pairs that the manifests `*.json` in these folders describe (pair_manifest.h). Roots stand in the order of
/// look-up, the user's first and the bundled ones last; of two pairs with one name the first counts. The list begins
/// with the last root's pairs; those whose files come from a hub, here or not (`not_here`), follow all others. A
/// manifest that cannot be read, or whose models are not there, is left out and told in `problems`, if given.
std::vector<PairEntry> known_pairs(const std::vector<std::filesystem::path>& roots,
                                   std::vector<std::string>* problems = nullptr);

/// Throws BadInput with what brings the pair's files, when they are not on this machine.
void require_here(const PairEntry& pair);

/// The pair of that name; null where there is none.
const PairEntry* pair_named(const std::vector<PairEntry>& pairs, std::string_view name);

/// The path behind what a user gave: a path that is there, the name of a pair (its model of that role), a path below
/// one of the roots (`miniature/large`), the name of a described repository (`ssd-1b`, `ssd-1b/vae`), or a file's below
/// the roots without its ending (known_files.h). Throws BadInput that lists the known names when it is none of these.
std::filesystem::path locate_model(const std::string& place, const std::vector<std::filesystem::path>& roots,
                                   PairRole role = PairRole::Large);

}  // namespace tstitch
