#pragma once

#include <filesystem>

#include "core/request/request_json.h"

namespace tstitch {

/// The request that a picture of ours carries, and how the picture was made. Throws BadInput when it is no picture, or
/// carries none.
PictureRequest stored_request(const std::filesystem::path& picture);

}  // namespace tstitch
