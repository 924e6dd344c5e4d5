#pragma once

#include <filesystem>

namespace tstitch {

/// Arithmetic that a processor has for 16-bit numbers. Without it they are computed far slower than 32-bit ones.
struct HalfArithmetic {
  bool fp16 = false;  ///< AVX512-FP16 or AMX-FP16
  bool bf16 = false;  ///< AVX512-BF16 or AMX-BF16
};

/// What the kernel says of this machine's processor; `facts` has the form of /proc/cpuinfo. Read, not measured; all
/// processors count as the first.
HalfArithmetic half_arithmetic(const std::filesystem::path& facts = "/proc/cpuinfo");

}  // namespace tstitch
