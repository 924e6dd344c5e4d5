#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/engine/engine.h"
#include "core/system/pipe.h"

namespace tstitch {

struct ServeOptions {
  std::filesystem::path shelf;  ///< folder for files that the asking side sends; made when needed
  std::uint64_t shelf_bytes = std::uint64_t{8} << 30U;
  bool same_machine = true;  ///< files of the asking side may be found where they lie; false: all are to be sent
  std::chrono::milliseconds beat{1000};
  std::chrono::milliseconds frame_patience{8000};
  /// When the streams have closed, the process ends after that time, whatever still computes; none = it waits.
  std::optional<std::chrono::milliseconds> leave_after;
};

/// Serves an engine as README.md says, until either stream closes; what runs is stopped then. The library is asked on
/// threads of its own, the runner on one. Throws EngineUnavailable for input that breaks the protocol.
void serve_engine(Engine& engine, PipeEnd input, PipeEnd output, const ServeOptions& options);

}  // namespace tstitch
