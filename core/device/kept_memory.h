#pragma once

#include <cstdint>

namespace tstitch {

/// While one lives, the large blocks that CPU tensors let go stay in the process for those that come, instead of going
/// back to the system and being paged in again by the next layer: 192 MiB at the most, the oldest go
/// first. With the last one all are given back. Once one has lived, large blocks lie in huge pages where the system
/// allows it.
class KeptMemory {
 public:
  static constexpr std::int64_t kMost = std::int64_t{192} << 20U;

  KeptMemory();
  ~KeptMemory();
  KeptMemory(const KeptMemory&) = delete;
  KeptMemory& operator=(const KeptMemory&) = delete;

  /// Bytes that are kept now.
  static std::int64_t kept();
};

}  // namespace tstitch
