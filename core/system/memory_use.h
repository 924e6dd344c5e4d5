#pragma once

#include <cstdint>

namespace tstitch {

/// Bytes of physical memory that this process and those that it started hold now, and what these started; 0 where the
/// system does not tell.
std::int64_t resident_bytes_with_children();

}  // namespace tstitch
