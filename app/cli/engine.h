#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "app/cli/arguments.h"
#include "core/engine/engine.h"

namespace tstitch::cli {

/// The engine over the installed places and the user's, and where models are found by name.
struct LocalHost {
  std::vector<std::filesystem::path> model_roots;  ///< as locate_model() takes them
  std::unique_ptr<Engine> engine;
};

/// The user's folders are those of `--profile` when given. What had to do instead of them is said on stderr.
LocalHost host_for(const RunArguments& arguments);

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
