#pragma once

#include <cstdint>
#include <optional>

namespace tstitch::ui {

/// Bytes of memory that programs can still take without swapping; nothing where the system does not say.
std::optional<std::int64_t> freeHostMemory();

}  // namespace tstitch::ui
