#pragma once

#include <filesystem>

namespace tstitch {

/// Whether this machine runs on a battery: it has one that feeds it, and no mains that does. False where nothing is
/// known. `supplies` is a folder as sysfs has it.
bool on_battery(const std::filesystem::path& supplies = "/sys/class/power_supply");

}  // namespace tstitch
