#pragma once

#include <filesystem>
#include <string>

#include "core/models/pair_entry.h"
#include "core/models/repository_manifest.h"

namespace tstitch {

/// Reads the description of a pair, a JSON file beside the models' folders:
/// {"manifest":1,"name":"miniature","title":"Miniature","licence":"..","latent_space":"sd","large":PLACE,"small":PLACE,
///  "between":[{"name":"middle",..PLACE}],"vae":PLACE,"loras":[{..PLACE,"strength":1,"on":"small"}],"defaults":{..},
///  "examples":["3d fox",..],"sha256":{"miniature/..":"<hex>"}}
/// PLACE is a path, relative to the file's folder and inside of it, or {"repository":"ssd-1b","inside":"unet"}: the
/// files that a description in `repositories/` names, and the inner path where it is not the description's own. Only
/// name, title, large and small must be there; `between`, `vae` and `loras` take repositories only. `defaults`, each
/// optional: ratio (whole percents, or a list for dit-multi), rule, steps, sampler, spacing, eta, guidance,
/// guidance_embedding, width, height, negative_prompt. The entry's request names its denoisers `small`, those between,
/// `large`, in this order. A pair of repositories that are not here is read as well and says so (`not_here`).
/// Throws BadInput that names the file and the key: unknown or missing keys, values out of range, folders not there,
/// repositories that `repositories` does not know (none without it).
PairEntry read_manifest(const std::filesystem::path& file, const RepositoryIndex* repositories = nullptr);

/// 64 lower-case hexadecimal digits.
bool is_sha256(const std::string& text);

/// True for a relative path without `..` parts: it cannot leave the folder that it is joined to.
bool is_inner_path(const std::filesystem::path& path);

}  // namespace tstitch
