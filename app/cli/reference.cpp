#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "core/base/text.h"
#include "core/models/hub_cache.h"
#include "core/models/model_index.h"
#include "core/models/reference_preset.h"
#include "core/models/repository_manifest.h"

namespace tstitch::cli {
using nlohmann::ordered_json;

namespace {

struct ReferenceArguments {
  RunArguments run;
  std::string name;
  std::optional<std::string> picture;
  bool runs = false;
};

/// As a POSIX shell reads it back.
std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,:=%@+";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char letter : word) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + "'";
}

std::string command_line(const std::vector<std::string>& words) {
  std::string line = "tstitch";
  for (const std::string& word : words) line += concat(" ", shell_word(word));
  return line;
}

const ReferencePreset& preset_named(const std::vector<ReferencePreset>& presets, const std::string& name) {
  std::vector<std::string> names;
  for (const ReferencePreset& preset : presets) {
    if (preset.name == name) return preset;
    names.push_back(preset.name);
  }
  throw UsageError(concat("\"", name, "\" is unknown, it takes ", join(names, ", "), "."), "NAME");
}

/// The commands that bring what is not here.
std::vector<std::string> missing_for(const ReferencePreset& preset, const std::vector<std::filesystem::path>& roots) {
  std::vector<std::string> commands;
  const std::vector<PairEntry> pairs = known_pairs(roots);
  const PairEntry* pair = pair_named(pairs, preset.pair);
  if (pair != nullptr && !pair->not_here.empty()) commands.push_back(concat("tstitch models fetch ", preset.pair));
  const RepositoryIndex repositories(roots, hub_cache_folder());
  for (const std::string& name : preset.repositories) {
    const RepositoryEntry* entry = repositories.find(name);
    if (entry == nullptr || !repositories.folder(*entry)) commands.push_back(concat("tstitch models fetch ", name));
  }
  return commands;
}

std::vector<std::string> words_of(const ReferencePreset& preset, const ReferenceArguments& arguments) {
  std::vector<std::string> words = preset.words(arguments.picture.value_or(""));
  if (arguments.run.output) words.insert(words.end(), {"--output", *arguments.run.output});
  if (arguments.run.profile) words.insert(words.end(), {"--profile", *arguments.run.profile});
  return words;
}

void show(const ReferencePreset& preset, const std::vector<std::string>& words, const std::vector<std::string>& missing,
          bool json) {
  if (json) {
    print_line({{"reference", preset.name},
                {"title", preset.title},
                {"words", words},
                {"command", command_line(words)},
                {"differs", preset.differs},
                {"missing", missing}});
    return;
  }
  std::cerr << preset.title << '\n';
  for (const std::string& difference : preset.differs) std::cerr << "differs: " << difference << '\n';
  for (const std::string& command : missing) std::cerr << "not here: " << command << '\n';
  std::cout << command_line(words) << '\n';
}

ExitCode list(const std::vector<ReferencePreset>& presets, bool json) {
  for (const ReferencePreset& preset : presets) {
    if (json) {
      print_line({{"reference", preset.name}, {"title", preset.title}, {"pair", preset.pair}});
    } else {
      std::cout << preset.name << "  " << preset.title << '\n';
    }
  }
  return ExitCode::Done;
}

ExitCode reference(const ReferenceArguments& arguments) {
  const std::vector<std::filesystem::path> roots = host_for(arguments.run).model_roots;
  const std::vector<ReferencePreset> presets = known_references(roots);
  if (arguments.name.empty()) return list(presets, arguments.run.json);
  const ReferencePreset& preset = preset_named(presets, arguments.name);
  if (arguments.picture && !preset.wants_picture()) {
    throw UsageError("this preset has no control picture.", "--picture", "Leave the option out.");
  }
  std::vector<std::string> words = words_of(preset, arguments);
  const std::vector<std::string> missing = missing_for(preset, roots);
  if (!arguments.runs) {
    show(preset, words, missing, arguments.run.json);
    return ExitCode::Done;
  }
  if (preset.wants_picture() && !arguments.picture) {
    throw UsageError("this preset needs a control picture.", "--picture", "Give one with --picture FILE.");
  }
  if (!missing.empty()) throw BadInput(concat("not here: ", join(missing, "; "), "."), preset.name);
  for (const std::string& difference : preset.differs) std::cerr << "differs: " << difference << '\n';
  if (arguments.run.json) words.emplace_back("--json");
  return run_command_line(words);
}

}  // namespace

Command add_reference(CLI::App& program) {
  auto arguments = std::make_shared<ReferenceArguments>();
  CLI::App* app = program.add_subcommand("reference", "a script of the paper's reference as a command line of ours");
  app->add_option("NAME", arguments->name, "a preset; none: names them all");
  const auto text = [&](const char* option, std::optional<std::string>& target, const char* value, const char* help) {
    app->add_option_function<std::string>(
           option, [&target](const std::string& given) { target = given; }, help)
        ->type_name(value);
  };
  text("--picture", arguments->picture, "FILE", "the control picture of canny, depth and pose");
  text("--output", arguments->run.output, "PATH", "as for generate and grid");
  text("--profile", arguments->run.profile, "DIR", "settings, caches and models of one's own live in DIR");
  app->add_flag("--run", arguments->runs, "run it instead of printing it");
  app->add_flag("--json", arguments->run.json, "JSON objects, one a line");
  return [arguments] { return reference(*arguments); };
}

}  // namespace tstitch::cli
