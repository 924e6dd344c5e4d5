#pragma once

#include <cstdint>
#include <string_view>

namespace tstitch {

/// CRC-32 as zip and PNG use it (polynomial 0xEDB88320).
std::uint32_t crc32_of(std::string_view bytes);

}  // namespace tstitch
