#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/engine/engine.h"

namespace tstitch::cli {

/// One line of `--json`, or an empty text for events that have no JSON form (previews, load progress).
std::string event_json(const Event& event);

/// The last line of `generate --json`.
std::string outcome_json(const Outcome& outcome);

/// `"error": {what, where, hint, exit}`.
nlohmann::ordered_json error_json(const std::string& what, const std::string& where, const std::string& hint,
                                  ExitCode code);

/// A text or, where none is measured, null.
nlohmann::ordered_json seconds_json(const std::optional<double>& seconds);

}  // namespace tstitch::cli
