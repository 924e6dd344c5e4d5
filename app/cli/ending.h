#pragma once

#include "core/engine/outcome.h"

namespace tstitch::cli {

/// Says on stderr why a command failed, or that it was cancelled; nothing when it finished. Returns the exit code.
ExitCode tell_ending(const Outcome& outcome);

/// The same for the exception in flight, and with `json` as `{"outcome":"failed","error":{..}}` on stdout.
ExitCode tell_exception(bool json);

}  // namespace tstitch::cli
