#include "core/system/host.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <thread>

#include <sched.h>

#include "core/base/number_text.h"
#include "core/base/text.h"

namespace tstitch {

namespace fs = std::filesystem;

namespace {

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

/// The first word of a file that is a number; "max", "-1" and a missing file are none.
std::optional<std::uint64_t> number_in(const fs::path& file) {
  return leading_number<std::uint64_t>(first_line(file));
}

/// The number after `key` in a file of "key value" lines.
std::uint64_t entry_in(const fs::path& file, std::string_view key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key) || line.find_first_of(" \t") != key.size()) continue;
    if (const auto value = leading_number<std::uint64_t>(line.substr(key.size()))) return *value;
  }
  return 0;
}

template <class T>
void tighten(std::optional<T>& limit, std::optional<T> other) {
  if (other && (!limit || *other < *limit)) limit = other;
}

/// cpu.max holds "QUOTA PERIOD" in microseconds.
std::optional<double> cores_of_group2(const fs::path& group) {
  const std::string line = first_line(group / "cpu.max");
  const auto quota = leading_number<double>(line);
  const auto period = leading_number<double>(line.substr(std::min(line.find(' '), line.size())));
  if (!quota || !period || *period <= 0) return std::nullopt;
  return *quota / *period;
}

std::optional<double> cores_of_group1(const fs::path& group) {
  const auto quota = number_in(group / "cpu.cfs_quota_us");
  const auto period = number_in(group / "cpu.cfs_period_us");
  if (!quota || !period || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

/// Files that were read once count as used, although the kernel gives their memory back when asked.
std::uint64_t memory_in_use(const fs::path& group, const char* usage, const char* droppable) {
  const std::uint64_t used = number_in(group / usage).value_or(0);
  return used - std::min(used, entry_in(group / "memory.stat", droppable));
}

struct GroupFiles {
  std::optional<double> (*cores)(const fs::path&);
  const char *memory_limit, *memory_usage, *droppable;
};
constexpr GroupFiles kGroup2{cores_of_group2, "memory.max", "memory.current", "inactive_file"};
constexpr GroupFiles kGroup1{cores_of_group1, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};

/// A limit above this is the kernel's way to write "none".
constexpr std::uint64_t kNoMemoryLimit = std::uint64_t{1} << 60U;

/// The group and every group above it; inside a container the path may not exist below the mount, its root then counts.
void tighten_along(GroupLimits& limits, const fs::path& mount, const std::string& path, const GroupFiles& files) {
  for (fs::path relative = fs::path(path).relative_path();; relative = relative.parent_path()) {
    const fs::path group = relative.empty() ? mount : mount / relative;
    tighten(limits.cores, files.cores(group));
    const auto memory = number_in(group / files.memory_limit);
    if (memory && *memory < limits.memory.value_or(kNoMemoryLimit)) {
      limits.memory = memory;
      limits.memory_used = memory_in_use(group, files.memory_usage, files.droppable);
    }
    if (relative.empty()) return;
  }
}

}  // namespace

GroupLimits group_limits(const fs::path& membership, const fs::path& mount) {
  GroupLimits limits;
  std::ifstream in(membership);
  for (std::string line; std::getline(in, line);) {  // "ID:CONTROLLERS:PATH", no controllers in version 2
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {
      tighten_along(limits, mount, path, kGroup2);
      continue;
    }
    for (const std::string& controller : split(controllers, ',')) {
      if (controller == "cpu" || controller == "memory") tighten_along(limits, mount / controller, path, kGroup1);
    }
  }
  return limits;
}

int usable_cores() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  int cores = ::sched_getaffinity(0, sizeof(mask), &mask) == 0 ? CPU_COUNT(&mask)
                                                               : static_cast<int>(std::thread::hardware_concurrency());
  const GroupLimits limits = group_limits("/proc/self/cgroup", "/sys/fs/cgroup");
  if (limits.cores) cores = std::min(cores, static_cast<int>(std::ceil(*limits.cores)));
  return std::max(cores, 1);
}

MemoryFigures host_memory() {
  constexpr std::uint64_t kKibibyte = 1024;
  MemoryFigures figures{entry_in("/proc/meminfo", "MemTotal:") * kKibibyte,
                        entry_in("/proc/meminfo", "MemAvailable:") * kKibibyte};
  const GroupLimits limits = group_limits("/proc/self/cgroup", "/sys/fs/cgroup");
  if (limits.memory && *limits.memory < figures.total) {
    figures.total = *limits.memory;
    figures.available = std::min(figures.available, *limits.memory - std::min(*limits.memory, limits.memory_used));
  }
  return figures;
}

}  // namespace tstitch
