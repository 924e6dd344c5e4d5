#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace tstitch {

/// What a control group grants a process; nothing where it sets no limit.
struct GroupLimits {
  std::optional<double> cores;          ///< quota over period
  std::optional<std::uint64_t> memory;  ///< bytes
  std::uint64_t memory_used = 0;        ///< of `memory`, without what the kernel can drop at once
};

/// The tightest limits from the process's group up to the root of `mount`, in control groups 2 or 1. `membership` has
/// the form of /proc/self/cgroup.
GroupLimits group_limits(const std::filesystem::path& membership, const std::filesystem::path& mount);

/// Cores this process may use: its affinity mask, cut by the quota of its control group (rounded up); at least 1.
int usable_cores();

struct MemoryFigures {
  std::uint64_t total = 0;      ///< bytes, of the machine or of the control group
  std::uint64_t available = 0;  ///< bytes that can be had without swapping
};
MemoryFigures host_memory();

}  // namespace tstitch
