#pragma once

#include "core/cuda/plugin_api.h"

namespace tstitch::test {

/// The plugin's kernels as the host runs them, on the host's memory.
const TstitchKernels& host_kernels();

}  // namespace tstitch::test
