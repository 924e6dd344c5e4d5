// The command line: parses, runs one command, turns what went wrong into one sentence and an exit code.

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/cli/commands.h"
#include "app/cli/ending.h"
#include "app/cli/output.h"
#include "app/passive_threads.h"
#include "app/removed_folder.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/version.h"

namespace {

using tstitch::ExitCode;

constexpr const char* kExamples =
    "Examples:\n"
    "  tstitch generate \"3d fox\" --ratio 40% --seed 7 --output out/\n"
    "  tstitch grid \"3d fox\" --ratios 0,20%,40%,60%,80%,100% --seeds 1-3 --output grid/\n"
    "  tstitch plan --budget 1.5\n"
    "  tstitch inspect models/large models/small\n"
    "  tstitch models fetch sdxl-ssd-1b\n"
    "  tstitch reference sdxl\n";

constexpr const char* kHelpHint = "See tstitch --help.";

std::vector<std::string> words_of(int argc, char** argv) {
  return {argv + 1, argv + argc};
}

/// Prompts and paths alike: what is said of them, in JSON, messages and metadata, is UTF-8.
void require_utf8(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& text : option->results()) {
      if (!tstitch::is_valid_utf8(text)) throw tstitch::UsageError("the text is not valid UTF-8.", option->get_name());
    }
  }
  for (const CLI::App* nested : command.get_subcommands()) require_utf8(*nested);
}

/// `--option=` is an empty value, which the parser would take for a missing one.
std::vector<std::string> with_empty_values(const std::vector<std::string>& words) {
  std::vector<std::string> parted;
  for (const std::string& word : words) {
    const bool is_empty = word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1;
    parted.push_back(is_empty ? word.substr(0, word.size() - 1) : word);
    if (is_empty) parted.emplace_back();
  }
  return parted;
}

ExitCode run(CLI::App& program, const std::vector<tstitch::cli::Command>& commands) {
  const std::vector<CLI::App*> all = program.get_subcommands({});
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i]->parsed()) continue;
    require_utf8(*all[i]);
    return commands[i]();
  }
  throw tstitch::UsageError("no command was given.", "tstitch", kHelpHint);
}

}  // namespace

ExitCode tstitch::cli::run_command_line(const std::vector<std::string>& words) {
  CLI::App program{"T-Stitch: a small diffusion model makes the first steps of a picture, a large one the rest."};
  program.name("tstitch");
  program.footer(kExamples);
  program.set_version_flag("--version", tstitch::concat("tstitch ", tstitch::program_version()));
  std::vector<tstitch::cli::Command> commands;
  for (const auto add :
       {tstitch::cli::add_generate, tstitch::cli::add_grid, tstitch::cli::add_plan, tstitch::cli::add_inspect,
        tstitch::cli::add_bench, tstitch::cli::add_check, tstitch::cli::add_annotate, tstitch::cli::add_models_command,
        tstitch::cli::add_cuda, tstitch::cli::add_reference, tstitch::cli::add_worker}) {
    commands.push_back(add(program));
  }
  try {
    std::vector<std::string> parted = with_empty_values(words);
    std::reverse(parted.begin(), parted.end());  // the parser takes them from the back
    program.parse(std::move(parted));
  } catch (const CLI::Success& asked) {  // --help, --version
    program.exit(asked);
    require_output_written();
    return ExitCode::Done;
  } catch (const CLI::ParseError& problem) {
    throw tstitch::UsageError(tstitch::concat(problem.what(), "."), {}, kHelpHint);
  }
  const ExitCode ending = run(program, commands);
  require_output_written();
  return ending;
}

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (ulimit -f) is then a failed write, told in one sentence
  std::signal(SIGPIPE, SIG_IGN);  // likewise a reader that is gone
  tstitch::return_to_removed_folder();
  tstitch::use_passive_threads(argv);
  const std::vector<std::string> words = words_of(argc, argv);
  const auto guarded = [&] {
    try {
      return tstitch::cli::run_command_line(words);
    } catch (...) {
      return tstitch::cli::tell_exception(std::find(words.begin(), words.end(), "--json") != words.end());
    }
  };
  return static_cast<int>(guarded());
}
