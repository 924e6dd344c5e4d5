#pragma once

namespace tstitch {

/// The program's, as CMakeLists.txt says it: `0.2.0`.
const char* program_version();

}  // namespace tstitch
