#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/system/pipe.h"

namespace tstitch {

/// A program could not be started; `what()` is the system's reason.
class ProcessNotStarted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ProcessEnding {
  int exit_code = 0;
  int signal = 0;  ///< that ended it; 0 where it ended by itself

  /// "ended with exit code 3", "was ended by signal 9 (SIGKILL)".
  [[nodiscard]] std::string phrase() const;
};

struct ProcessOptions {
  /// When memory runs out, the system takes it before others.
  bool goes_first = false;
};

/// A program that this one started, in a process group of its own (Ctrl+C on the terminal does not reach it), with its
/// standard streams as pipes and no other descriptor of ours. It is killed when this process ends, however that ends,
/// and with the object; no zombie stays. Members may be called from any thread, a stream from one at a time.
class ChildProcess {
 public:
  /// words[0] is the program, looked up in PATH unless it holds a slash; no shell runs. Throws ProcessNotStarted.
  explicit ChildProcess(const std::vector<std::string>& words, const ProcessOptions& options = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] long id() const { return id_; }
  [[nodiscard]] PipeEnd& input() { return input_; }    ///< what it reads
  [[nodiscard]] PipeEnd& output() { return output_; }  ///< what it prints
  [[nodiscard]] PipeEnd& errors() { return errors_; }

  /// How it ended, waiting up to `wait` for it; nothing while it runs.
  std::optional<ProcessEnding> wait(std::chrono::milliseconds wait);

  /// Ends it and its group at once, and waits for that.
  ProcessEnding kill();

 private:
  long id_ = 0;
  PipeEnd input_;
  PipeEnd output_;
  PipeEnd errors_;
  std::mutex mutex_;  ///< of what follows
  std::optional<ProcessEnding> ending_;
};

}  // namespace tstitch
