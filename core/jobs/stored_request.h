#pragma once

#include <filesystem>

#include "core/request/request_json.h"

namespace tstitch {

/// The request that a picture of ours carries, and how the picture was made; or that of a `.tstitch` file, which holds
/// what a picture's metadata chunk does. Throws BadInput when it is neither, or carries none.
PictureRequest stored_request(const std::filesystem::path& picture);

}  // namespace tstitch
