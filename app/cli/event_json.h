#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/jobs/job.h"

namespace tstitch::cli {

/// One line on stdout, flushed at once. Paths that are no UTF-8 keep what can be read of them. Throws BadInput when it
/// cannot be written.
void print_line(const nlohmann::ordered_json& line);

/// One line of `--json`, or null for events that have no JSON form (previews, load progress).
nlohmann::ordered_json event_json(const Event& event);

/// The random seed of a run, said before it begins.
nlohmann::ordered_json seed_json(std::uint64_t seed);

/// How a command ended: `{"outcome":"failed","error":{"what","where","hint","exit"}}`; `error` only where it failed.
nlohmann::ordered_json ending_json(const Outcome& outcome);

/// The last line of `generate --json`: the ending, with what was done and asked.
nlohmann::ordered_json outcome_json(const Outcome& outcome);

/// The error that all cells of a grid ended with; empty when they ended in different ways.
std::string common_failure(const GridReport& report);

/// The last line of `grid --json`. A grid fails with its first cell that failed.
nlohmann::ordered_json grid_json(const GridReport& report);

/// A number or, where none is measured, null.
nlohmann::ordered_json number_or_null(const std::optional<double>& number);

}  // namespace tstitch::cli
