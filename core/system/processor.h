#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tstitch {

/// Arithmetic that a processor has for 16-bit numbers. Without it they are computed far slower than 32-bit ones.
struct HalfArithmetic {
  bool fp16 = false;  ///< AVX512-FP16 or AMX-FP16
  bool bf16 = false;  ///< AVX512-BF16 or AMX-BF16
};

/// What the kernel says of this machine's processor; `facts` has the form of /proc/cpuinfo. Read, not measured; all
/// processors count as the first.
HalfArithmetic half_arithmetic(const std::filesystem::path& facts = "/proc/cpuinfo");

/// Tells processors apart on which programs are fast in different ways: maker, family, model, stepping, name and
/// features, in one line of UTF-8.
std::string processor_identity(const std::filesystem::path& facts = "/proc/cpuinfo");

/// What the kernel says of this machine's processor, as half_arithmetic() reads it.
struct ProcessorFacts {
  std::string name;                   ///< the maker's; empty where it is not told
  std::vector<std::string> features;  ///< by the kernel's words, of those that networks are computed faster with
};
ProcessorFacts processor_facts(const std::filesystem::path& facts = "/proc/cpuinfo");

}  // namespace tstitch
