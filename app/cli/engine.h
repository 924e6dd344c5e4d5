#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/cli/arguments.h"
#include "core/engine/engine.h"
#include "core/system/places.h"

namespace tstitch::cli {

/// The user's folders, those of a `--profile` when given. What had to do instead of them is said on stderr.
UserPlaces user_folders(const std::optional<std::string>& profile);

/// The engine that was asked for: over the installed places and the user's, or of `--engine`; and where this program
/// finds models by name.
struct EngineHost {
  std::vector<std::filesystem::path> model_roots;  ///< as locate_model() takes them
  std::unique_ptr<Engine> engine;
};

/// True with `--engine` and another value than `here`.
bool asks_another_engine(const RunArguments& arguments);

/// Over user_folders(). Another engine's own lines come on stderr, each with a mark. Throws EngineUnavailable. Waiting
/// ends when `stop` is asked for.
EngineHost host_for(const RunArguments& arguments, const std::stop_token& stop = {});

/// Asks for a stop at SIGINT and SIGTERM; a second signal ends the process at once. Blocks both in every thread started
/// after it, so it is made first.
class SignalStop {
 public:
  SignalStop();
  ~SignalStop();
  SignalStop(const SignalStop&) = delete;
  SignalStop& operator=(const SignalStop&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
  /// As a signal does.
  void ask() { source_.request_stop(); }

 private:
  std::stop_source source_;
  std::jthread watcher_;
};

}  // namespace tstitch::cli
