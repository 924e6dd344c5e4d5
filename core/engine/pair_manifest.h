#pragma once

#include <filesystem>

#include "core/engine/engine.h"

namespace tstitch {

/// Reads the description of a pair, a JSON file beside the models' folders:
/// {"manifest":1,"name":"miniature","title":"Miniature","licence":"..","large":"miniature/large",
///  "small":"miniature/small/unet","defaults":{..},"examples":["3d fox",..],"sha256":{"miniature/..":"<hex>"}}
/// `licence`, `defaults`, `examples` and `sha256` may be absent. Paths are relative to the file's folder and stay
/// inside. `defaults`, each optional: ratio (whole percents), rule, steps, sampler, spacing, eta, guidance, width,
/// height, negative_prompt. The entry's request names its denoisers `small` and `large`, in this order. Throws BadInput
/// that names the file and the key: unknown or missing keys, values out of range, models not there.
PairEntry read_manifest(const std::filesystem::path& file);

/// True for a relative path without `..` parts: it cannot leave the folder that it is joined to.
bool is_inner_path(const std::filesystem::path& path);

}  // namespace tstitch
