#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/download_teller.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "app/cli/model_check.h"
#include "app/cli/model_link.h"
#include "core/base/text.h"
#include "core/hub/fetch_known.h"
#include "core/models/hub_cache.h"
#include "core/models/model_index.h"
#include "core/models/repository_manifest.h"

namespace tstitch::cli {
namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

struct ModelsArguments {
  RunArguments run;
  std::string folder, name;
  std::optional<std::string> as;
};

/// What is known by name.
struct Shelf {
  EngineHost host;
  std::vector<PairEntry> pairs;
  RepositoryIndex repositories;
};

Shelf shelf_of(const ModelsArguments& arguments) {
  EngineHost host = host_for(arguments.run);
  std::vector<std::string> problems;
  std::vector<PairEntry> pairs = known_pairs(host.model_roots, &problems);
  for (const std::string& problem : problems) std::cerr << "warning: " << problem << '\n';
  RepositoryIndex repositories(host.model_roots, hub_cache_folder());
  return {std::move(host), std::move(pairs), std::move(repositories)};
}

[[noreturn]] void refuse_name(const Shelf& shelf, const std::string& name) {
  std::vector<std::string> names;
  for (const PairEntry& pair : shelf.pairs) names.push_back(pair.name);
  throw BadInput("no known pair or model has this name.", name,
                 concat("Known pairs: ", join(names, ", "), "; tstitch models list names the rest."));
}

// ---- list

ordered_json pair_json(const PairEntry& pair) {
  return {{"pair", pair.name},
          {"title", pair.title},
          {"licence", pair.licence},
          {"latent_space", pair.latent_space},
          {"here", pair.not_here.empty()},
          {"large", pair.large.string()},
          {"small", pair.small.string()},
          {"repositories", pair.repositories}};
}

ordered_json model_json(const KnownModel& model) {
  return {{"model", model.name},
          {"title", model.title},
          {"licence", model.licence},
          {"hub", model.hub.empty() ? ordered_json(nullptr) : ordered_json(model.hub)},
          {"here", model.place.has_value()},
          {"place", model.place ? ordered_json(model.place->string()) : ordered_json(nullptr)}};
}

void print_row(const std::string& name, const std::string& title, const std::string& state) {
  constexpr std::size_t kName = 26;
  constexpr std::size_t kTitle = 46;
  const auto padded = [](std::string text, std::size_t width) {
    text.resize(std::max(text.size() + 1, width), ' ');
    return text;
  };
  std::cout << "  " << padded(name, kName) << padded(title, kTitle) << state << '\n';
}

void print_list(const Catalog& catalog) {
  std::cout << "Pairs (--pair NAME)\n";
  for (const PairEntry& pair : catalog.pairs) {
    print_row(pair.name, pair.title, pair.not_here.empty() ? "here" : pair.not_here);
  }
  std::cout << "Models (--large, --small, --vae, --lora, model=)\n";
  for (const KnownModel& model : catalog.models) {
    print_row(model.name, model.title, model.place ? "here" : not_here_sentence(model.name));
  }
  if (!catalog.parts.empty()) std::cout << "Files (--lora, --embedding, --vae, and in weighted prompts)\n";
  for (const KnownPart& part : catalog.parts) print_row(part.name, part.purpose, "here");
}

ExitCode list(const ModelsArguments& arguments) {
  const Catalog catalog = host_for(arguments.run).engine->catalog();
  for (const std::string& problem : catalog.problems) std::cerr << "warning: " << problem << '\n';
  if (!arguments.run.json) {
    print_list(catalog);
    return ExitCode::Done;
  }
  for (const PairEntry& pair : catalog.pairs) print_line(pair_json(pair));
  for (const KnownModel& model : catalog.models) print_line(model_json(model));
  for (const KnownPart& part : catalog.parts) {
    print_line({{"file", part.name}, {"is", part.purpose}, {"place", part.place.string()}});
  }
  return ExitCode::Done;
}

// ---- fetch

ordered_json report_json(const FetchReport& report) {
  ordered_json files = ordered_json::array();
  for (const FetchReport::File& file : report.files) {
    files.push_back({{"repository", file.repository},
                     {"path", file.path},
                     {"commit", file.commit},
                     {"hash", file.hash},
                     {"bytes", file.bytes}});
  }
  return {{"outcome", "finished"}, {"files", files}};
}

ExitCode fetch(const ModelsArguments& arguments) {
  const SignalStop stop;
  const Shelf shelf = shelf_of(arguments);
  DownloadTeller teller(arguments.run.json);
  const FetchReport report = fetch_known(arguments.name, shelf.host.model_roots, stop.token(),
                                         [&](const FetchProgress& p) { teller.tell(p); });
  if (arguments.run.json) {
    print_line(report_json(report));
  } else {
    std::cout << arguments.name << " is here\n";
  }
  return ExitCode::Done;
}

// ---- verify

std::vector<CheckedFile> files_to_check(const Shelf& shelf, const PairEntry& pair) {
  require_here(pair);
  std::vector<CheckedFile> files = listed_files(pair, shelf.host.model_roots);
  for (const std::string& name : pair.repositories) {
    const std::vector<CheckedFile> more = repository_files(*shelf.repositories.find(name), shelf.repositories);
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

std::vector<CheckedFile> files_to_check(const Shelf& shelf, const std::string& name) {
  std::vector<CheckedFile> files;
  if (name.empty()) {
    for (const PairEntry& pair : shelf.pairs) {
      if (!pair.not_here.empty()) continue;
      const std::vector<CheckedFile> more = files_to_check(shelf, pair);
      files.insert(files.end(), more.begin(), more.end());
    }
  } else if (const PairEntry* pair = pair_named(shelf.pairs, name)) {
    files = files_to_check(shelf, *pair);
  } else if (const RepositoryEntry* entry = shelf.repositories.find(name)) {
    if (!shelf.repositories.folder(*entry)) throw BadInput(concat(not_here_sentence(name), "."), name);
    files = repository_files(*entry, shelf.repositories);
  } else {
    refuse_name(shelf, name);
  }
  return files;
}

ordered_json check_json(const CheckedFile& file) {
  return {{"file", file.path.string()},
          {"state", std::string(name_of(file.state))},
          {"expected", file.expected},
          {"found", file.found}};
}

ExitCode verify(const ModelsArguments& arguments) {
  const SignalStop stop;
  const Shelf shelf = shelf_of(arguments);
  std::vector<CheckedFile> files = files_to_check(shelf, arguments.name);
  const CheckedFile* first_bad = nullptr;
  std::size_t bad = 0;
  for (CheckedFile& file : files) {
    check(file, stop.token());
    if (arguments.run.json) {
      print_line(check_json(file));
    } else {
      std::cout << name_of(file.state) << "  " << file.path.string() << '\n';
    }
    if (file.state != FileState::Damaged && file.state != FileState::Missing) continue;
    if (bad++ == 0) first_bad = &file;
  }
  if (first_bad == nullptr) return ExitCode::Done;
  throw BadInput(concat(bad, " of ", files.size(), " files ", bad == 1 ? "is" : "are",
                        " not as promised; the first is ", name_of(first_bad->state), ": expected ",
                        first_bad->expected, first_bad->found.empty() ? "" : concat(", found ", first_bad->found), "."),
                 first_bad->path.string(), "Fetch or copy it again.");
}

// ---- add

ExitCode add(const ModelsArguments& arguments) {
  const EngineHost host = host_for(arguments.run);
  const AddedModels added = add_models(*host.engine, arguments.folder, host.model_roots, arguments.as);
  if (arguments.run.json) {
    print_line({{"name", added.name}, {"pair", added.is_pair}, {"models", added.models}});
    return ExitCode::Done;
  }
  std::cout << (added.is_pair ? "--pair " : "") << added.name << '\n';
  for (const std::string& model : added.models) std::cout << "  " << model << '\n';
  return ExitCode::Done;
}

void add_common(CLI::App& app, ModelsArguments& arguments) {
  app.add_option_function<std::string>(
         "--profile", [&arguments](const std::string& text) { arguments.run.profile = text; },
         "settings, caches and models of one's own live in DIR")
      ->type_name("DIR");
  app.add_flag("--json", arguments.run.json, "JSON objects, one a line");
}

}  // namespace

Command add_models_command(CLI::App& program) {
  auto arguments = std::make_shared<ModelsArguments>();
  CLI::App* app = program.add_subcommand("models", "known pairs and models: list, add, verify, fetch");
  app->require_subcommand(1);
  CLI::App* lists = app->add_subcommand("list", "what is known by name, and what of it is here");
  CLI::App* adds = app->add_subcommand("add", "make the models of a folder known by name, where they lie");
  adds->add_option(
          "DIR", arguments->folder,
          "a model, a pair (large/ and small/), or a folder of models, LoRAs, textual inversions or autoencoders")
      ->required();
  adds->add_option_function<std::string>(
          "--name", [arguments](const std::string& text) { arguments->as = text; }, "another name than the folder's")
      ->type_name("NAME");
  CLI::App* verifies = app->add_subcommand("verify", "compare files with the hashes that are promised");
  verifies->add_option("NAME", arguments->name, "a pair or a model (default: every pair that is here)");
  CLI::App* fetches = app->add_subcommand("fetch", "download a pair or a model; goes on where it was stopped");
  fetches->add_option("NAME", arguments->name, "as tstitch models list names it")->required();
  for (CLI::App* each : {lists, adds, verifies, fetches}) add_common(*each, *arguments);
  add_engine_options(*lists, arguments->run);
  return [=] {
    if (lists->parsed()) return list(*arguments);
    if (adds->parsed()) return add(*arguments);
    return verifies->parsed() ? verify(*arguments) : fetch(*arguments);
  };
}

}  // namespace tstitch::cli
