// The command line: parses, runs one command, turns what went wrong into one sentence and an exit code.

#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/cli/commands.h"
#include "app/passive_threads.h"
#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace {

using tstitch::ExitCode;

constexpr const char* kExamples =
    "Examples:\n"
    "  tstitch generate \"3d fox\" --ratio 40% --seed 7 --output out/\n"
    "  tstitch grid \"3d fox\" --ratios 0,20%,40%,60%,80%,100% --seeds 1-3 --output grid/\n"
    "  tstitch plan --budget 1.5\n"
    "  tstitch inspect models/large models/small\n";

/// `--option=` is an empty value, which the parser would take for a missing one.
std::vector<std::string> split_empty_values(int argc, char** argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word.size() > 3 && word.starts_with("--") && word.back() == '=' && word.find('=') == word.size() - 1) {
      word.pop_back();
      words.push_back(word);
      words.emplace_back();
    } else {
      words.push_back(std::move(word));
    }
  }
  return {words.rbegin(), words.rend()};  // the parser takes them from the back
}

int code(ExitCode exit) {
  return static_cast<int>(exit);
}

ExitCode run(CLI::App& program, const std::vector<tstitch::cli::Command>& commands) {
  const std::vector<CLI::App*> all = program.get_subcommands({});
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i]->parsed()) return commands[i]();
  }
  throw tstitch::UsageError("no command was given.", "tstitch", "See tstitch --help.");
}

int parse_and_run(int argc, char** argv) {
  CLI::App program{"T-Stitch: a small diffusion model makes the first steps of a picture, a large one the rest."};
  program.name("tstitch");
  program.footer(kExamples);
  program.set_version_flag("--version", std::string("tstitch " TSTITCH_VERSION));
  std::vector<tstitch::cli::Command> commands;
  for (const auto add : {tstitch::cli::add_generate, tstitch::cli::add_grid, tstitch::cli::add_plan,
                         tstitch::cli::add_inspect, tstitch::cli::add_bench, tstitch::cli::add_annotate}) {
    commands.push_back(add(program));
  }
  try {
    program.parse(split_empty_values(argc, argv));
  } catch (const CLI::Success& asked) {  // --help, --version
    return program.exit(asked);
  } catch (const CLI::ParseError& problem) {
    std::cerr << "tstitch: " << problem.what() << " See tstitch --help.\n";
    return code(ExitCode::Usage);
  }
  return code(run(program, commands));
}

}  // namespace

int main(int argc, char** argv) {
  tstitch::use_passive_threads(argv);
  try {
    return parse_and_run(argc, argv);
  } catch (const tstitch::Error& error) {
    std::cerr << "tstitch: " << error.sentence() << '\n';
    return code(error.code());
  } catch (const std::bad_alloc&) {
    std::cerr << "tstitch: not enough memory. Choose a smaller size.\n";
    return code(ExitCode::OutOfMemory);
  } catch (const std::exception& error) {
    std::cerr << "tstitch: internal error: " << error.what() << '\n';
    return code(ExitCode::Internal);
  }
}
