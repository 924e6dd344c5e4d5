#include "app/studio_engines.h"

#include <filesystem>
#include <iostream>
#include <mutex>
#include <optional>
#include <utility>

#include "core/engine/wire/piped_engine.h"
#include "core/local_engine/local_engine.h"

namespace tstitch::app {
namespace {

/// How the worker of this machine is called in sentences and in pictures.
constexpr const char* kWorkerName = "tstitch worker";

LocalEngineOptions localOptions(const UserPlaces& user) {
  LocalEngineOptions options = installed_engine_options(user);
  options.keep_loaded = true;
  return options;
}

std::optional<std::filesystem::path> placeOf(const QString& profile) {
  if (profile.isEmpty()) return std::nullopt;
  return profile.toStdString();
}

/// Lines of several engines come in turns.
void tellLine(const std::string& name, const std::string& line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::cerr << '[' << name << "] " << line << std::endl;
}

ui::EngineStanding standingOf(EngineState state) {
  if (state == EngineState::Starting) return ui::EngineStanding::Starting;
  return state == EngineState::Ready ? ui::EngineStanding::Ready : ui::EngineStanding::Lost;
}

ui::HeldEngine pipedEngine(PipedEngineOptions options, const ui::StandingSink& tell) {
  const std::string name = options.name.empty() ? options.command : options.name;
  options.most_crashes = ui::EngineClient::kMostLosses;
  options.crash_window = ui::EngineClient::kLossWindow;
  options.on_line = [name](const std::string& line) { tellLine(name, line); };
  options.on_state = [tell](EngineState state, const std::string& sentence) { tell(standingOf(state), sentence); };
  std::unique_ptr<PipedEngine> engine = make_piped_engine(options);
  PipedEngine* held = engine.get();
  return {std::move(engine), [held] { held->start(); }, [held] { held->restart(); }, [held] { held->close(); }};
}

}  // namespace

QString firstEngineName(const QString& given) {
  return given.isEmpty() ? QString::fromLatin1(kWorkerName) : given;
}

ui::EngineRack::Maker studioEngines(const UserPlaces& user, const QString& given, const QString& profile) {
  return [=](const QString& command) -> ui::EngineClient::Factory {
    if (command == QLatin1String(kEngineHere)) {
      return [user](const ui::StandingSink&) { return ui::HeldEngine{make_local_engine(localOptions(user))}; };
    }
    PipedEngineOptions options;
    options.command = command.toStdString();
    if (given.isEmpty() && command == firstEngineName(given)) {
      options.command = default_worker_command(placeOf(profile));
      options.name = kWorkerName;
      options.goes_first = true;
    }
    return [options](const ui::StandingSink& tell) { return pipedEngine(options, tell); };
  };
}

}  // namespace tstitch::app
