#include "app/cli/engine.h"

#include <chrono>
#include <csignal>
#include <iostream>

#include <unistd.h>

#include "app/cli/option_reader.h"
#include "core/base/text.h"
#include "core/engine/wire/piped_engine.h"
#include "core/local_engine/local_engine.h"
#include "core/request/option_text.h"

namespace tstitch::cli {

namespace {

PipedEngineOptions piped_options(const RunArguments& arguments, const std::stop_token& stop) {
  constexpr double kMostSeconds = 1e6;
  OptionReader reader;
  PipedEngineOptions options;
  options.command = *arguments.engine;
  options.stop = stop;
  options.on_line = [](const std::string& line) { std::cerr << concat("engine: ", line, '\n'); };
  reader.attempt("--engine-wait", [&] {
    if (!arguments.engine_wait) return;
    const std::chrono::duration<double> seconds(parse_number(*arguments.engine_wait, {}, 0, kMostSeconds));
    options.first_word = std::chrono::duration_cast<std::chrono::milliseconds>(seconds);
  });
  reader.finish();
  return options;
}

std::unique_ptr<Engine> started_engine(const RunArguments& arguments, const std::stop_token& stop) {
  OptionReader reader;
  std::unique_ptr<PipedEngine> engine;
  const PipedEngineOptions options = piped_options(arguments, stop);
  reader.attempt("--engine", [&] { engine = make_piped_engine(options); });
  reader.finish();
  engine->start();
  return engine;
}

}  // namespace

bool asks_another_engine(const RunArguments& arguments) {
  return arguments.engine && *arguments.engine != "here";
}

UserPlaces user_folders(const std::optional<std::string>& profile) {
  UserPlaces user = user_places(profile ? std::optional<std::filesystem::path>(*profile) : std::nullopt);
  if (!user.note.empty()) std::cerr << "note: " << user.note << '\n';
  return user;
}

EngineHost host_for(const RunArguments& arguments, const std::stop_token& stop) {
  const LocalEngineOptions options = installed_engine_options(user_folders(arguments.profile));
  if (asks_another_engine(arguments)) return {options.model_roots, started_engine(arguments, stop)};
  return {options.model_roots, make_local_engine(options)};
}

namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGUSR2);  // ours: wakes the watcher at the end
  return signals;
}

}  // namespace

SignalStop::SignalStop() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  watcher_ = std::jthread([this, signals] {
    for (int asked = 0;;) {
      int signal = 0;
      sigwait(&signals, &signal);
      if (signal == SIGUSR2) return;
      if (++asked == 2) ::_exit(static_cast<int>(ExitCode::Cancelled));
      source_.request_stop();
    }
  });
}

SignalStop::~SignalStop() {
  pthread_kill(watcher_.native_handle(), SIGUSR2);
}

}  // namespace tstitch::cli
