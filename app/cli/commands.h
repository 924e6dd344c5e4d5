#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "core/base/error.h"

namespace tstitch::cli {

/// Adds a command to the program; the returned function runs it when the command line named it.
using Command = std::function<ExitCode()>;

Command add_generate(CLI::App& program);
Command add_grid(CLI::App& program);
Command add_plan(CLI::App& program);
Command add_inspect(CLI::App& program);
Command add_bench(CLI::App& program);
Command add_annotate(CLI::App& program);

}  // namespace tstitch::cli
