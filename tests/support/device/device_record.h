#pragma once

#include <cstdint>
#include <string>

#include "tests/support/device/simulated_device.h"

namespace tstitch::test::detail {

/// Tells the log, where there is one.
void record(DeviceCall::Kind kind, const std::string& operation, std::int64_t bytes = 0, std::int64_t launched = 0);

/// Counts an operator that the device was asked for.
void launch();
/// How many there were so far.
std::int64_t launches();

/// Gives LibTorch the operators of the device.
void register_operators();

}  // namespace tstitch::test::detail
