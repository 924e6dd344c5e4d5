#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/engine/engine.h"

namespace tstitch {

enum class EngineState { Starting, Ready, Lost };

struct PipedEngineOptions {
  std::string command;  ///< as the user gave it; split as a shell splits words
  /// How it is called in sentences and in `made.engine`; empty = the command.
  std::string name;
  std::chrono::milliseconds first_word{10000};  ///< `--engine-wait`; 0 = as long as it lives
  std::chrono::milliseconds silence{30000};     ///< without a heartbeat: lost
  std::chrono::milliseconds frame_patience{8000};
  /// Losses within `crash_window` after which it is not started again until restart() is called; 0 = no limit.
  int most_crashes = 0;
  std::chrono::milliseconds crash_window{60000};
  /// The default worker on this machine: when memory runs out, the system takes it before others.
  bool goes_first = false;
  /// Questions to the library that are still open throw Interrupted when this is asked for.
  std::stop_token stop;
  std::function<void(const std::string&)> on_line;  ///< each line of its standard error; on any thread
  /// The sentence is empty but for Lost; on any thread, one call at a time.
  std::function<void(EngineState, const std::string&)> on_state;
};

/// The Engine of a program that a command line starts, spoken to over its standard input and output (README.md). It is
/// started by the first question, or by start(). What it does not know of the asking side's files is sent to it. Any
/// thread may ask its library.
///
/// What was asked of it when it was lost is asked once more of a new process: the picture is the same, kept states are
/// gone, and a Warning says so. A second loss over the same question is EngineUnavailable. The next one starts it anew.
class PipedEngine : public Engine {
 public:
  /// Waits for its first word. Throws EngineUnavailable naming the command and the reason.
  virtual void start() = 0;

  /// Ends it, forgets its crashes and starts it anew; what waits for an answer of the old one hears that it is lost.
  virtual void restart() = 0;

  /// Whatever waits, and whatever is asked from now on, throws EngineUnavailable: before the threads that ask are
  /// waited for.
  virtual void close() = 0;
};

/// Throws UsageError for a command line that cannot be split or is empty; starts nothing yet.
std::unique_ptr<PipedEngine> make_piped_engine(const PipedEngineOptions& options);

/// The command line of a worker on this machine: the program `tstitch` beside the running one, over the user's folders
/// or those of a profile.
std::string default_worker_command(const std::optional<std::filesystem::path>& profile);

}  // namespace tstitch
