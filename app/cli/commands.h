#pragma once

#include <functional>
#include <string>
#include <vector>

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
Command add_check(CLI::App& program);
Command add_annotate(CLI::App& program);
Command add_models_command(CLI::App& program);
Command add_cuda(CLI::App& program);
Command add_reference(CLI::App& program);
Command add_worker(CLI::App& program);

/// Parses and runs the words after `tstitch` as if they had been typed. Throws what a command throws.
ExitCode run_command_line(const std::vector<std::string>& words);

}  // namespace tstitch::cli
