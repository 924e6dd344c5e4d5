#include "app/cli/engine.h"

#include <csignal>
#include <iostream>

#include <unistd.h>

#include "core/local_engine/local_engine.h"
#include "core/system/places.h"

namespace tstitch::cli {

LocalHost host_for(const RunArguments& arguments) {
  const Places places = installed_places();
  const UserPlaces user =
      user_places(arguments.profile ? std::optional<std::filesystem::path>(*arguments.profile) : std::nullopt);
  if (!user.note.empty()) std::cerr << "note: " << user.note << '\n';
  LocalEngineOptions options;
  options.model_roots = {user.models, places.models};
  options.cache = user.cache;
  options.plugins = places.plugins;
  options.torch_libraries = places.torch;
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
