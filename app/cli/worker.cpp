#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "core/base/text.h"
#include "core/engine/wire/serve.h"
#include "core/local_engine/local_engine.h"
#include "core/system/pipe.h"

namespace tstitch::cli {

namespace {

/// A run stops within two seconds; what does not has nobody any more who waits for it.
constexpr std::chrono::milliseconds kToLeave{5000};

StandardStreams own_streams() {
  try {
    return take_standard_streams();
  } catch (const std::system_error& problem) {
    throw EngineUnavailable(concat("the worker needs its standard input and output: ", problem.code().message(), "."));
  }
}

ExitCode serve(const std::optional<std::string>& profile) {
  StandardStreams streams = own_streams();
  const UserPlaces user = user_folders(profile);
  LocalEngineOptions options = installed_engine_options(user);
  options.keep_loaded = true;
  const std::unique_ptr<Engine> engine = make_local_engine(options);
  ServeOptions serving;
  serving.shelf = user.cache / "sent";
  serving.leave_after = kToLeave;
  serve_engine(*engine, std::move(streams.input), std::move(streams.output), serving);
  std::_Exit(static_cast<int>(ExitCode::Done));  // gigabytes need not be given back one by one
}

}  // namespace

Command add_worker(CLI::App& program) {
  auto profile = std::make_shared<std::optional<std::string>>();
  CLI::App* app = program.add_subcommand("worker", "be the engine of another program, over standard input and output");
  app->add_option("--profile", *profile, "folder for settings, caches and measured times");
  app->footer("Started by --engine 'tstitch worker' or --engine 'ssh HOST tstitch worker', not by hand.");
  return [profile] { return serve(*profile); };
}

}  // namespace tstitch::cli
