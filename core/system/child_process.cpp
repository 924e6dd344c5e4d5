#include "core/system/child_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <functional>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/text.h"

namespace tstitch {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// A thread that lives as long as the process: the system ends a child with the *thread* that started it.
class Launcher {
 public:
  static Launcher& get() {
    static auto* const launcher = new Launcher;  // never ends, so it is never destroyed
    return *launcher;
  }

  /// Runs `work` there and waits for it.
  pid_t run(std::function<pid_t()> work) {
    std::packaged_task<pid_t()> task(std::move(work));
    std::future<pid_t> result = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
    return result.get();
  }

 private:
  Launcher() {
    // Signals of the process are for its other threads.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    std::thread([this] { serve(); }).detach();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  [[noreturn]] void serve() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !tasks_.empty(); });
      std::packaged_task<pid_t()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::packaged_task<pid_t()>> tasks_;
};

/// What a child needs between fork and exec, where nothing may be allocated.
struct Launch {
  std::vector<char*> words;  ///< with a null at the end
  pid_t parent = 0;
  int input = -1;
  int output = -1;
  int errors = -1;
  int report = -1;  ///< takes errno when the program cannot be started
  bool goes_first = false;
};

void close_others_on_exec() {
  constexpr unsigned kFirst = 3;
  constexpr unsigned kCloseOnExec = 4;  // CLOSE_RANGE_CLOEXEC
  if (::syscall(SYS_close_range, kFirst, ~0U, kCloseOnExec) == 0) return;
  const long most = std::min(::sysconf(_SC_OPEN_MAX), 65536L);
  for (int descriptor = kFirst; descriptor < most; ++descriptor) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

void offer_to_go_first() {
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  constexpr std::string_view kScore = "500";
  [[maybe_unused]] const ssize_t written = ::write(file, kScore.data(), kScore.size());  // a wish, no condition
  ::close(file);
}

void restore_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const Launch& launch) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launch.parent) ::_exit(127);  // it ended before the line above
  restore_signals();
  ::dup2(launch.input, STDIN_FILENO);
  ::dup2(launch.output, STDOUT_FILENO);
  ::dup2(launch.errors, STDERR_FILENO);
  close_others_on_exec();
  if (launch.goes_first) offer_to_go_first();
  ::execvp(launch.words.front(), launch.words.data());
  const int problem = errno;
  [[maybe_unused]] const ssize_t written = ::write(launch.report, &problem, sizeof(problem));
  ::_exit(127);
}

pid_t start(const Launch& launch) {
  return Launcher::get().run([&launch] {
    const pid_t child = ::fork();
    if (child == 0) become(launch);
    return child < 0 ? -errno : child;
  });
}

std::string reason_of(int problem) {
  return std::generic_category().message(problem);
}

struct NamedSignal {
  int number;
  const char* name;
};
constexpr std::array kSignals{
    NamedSignal{SIGHUP, "SIGHUP"},   NamedSignal{SIGINT, "SIGINT"},   NamedSignal{SIGQUIT, "SIGQUIT"},
    NamedSignal{SIGILL, "SIGILL"},   NamedSignal{SIGTRAP, "SIGTRAP"}, NamedSignal{SIGABRT, "SIGABRT"},
    NamedSignal{SIGBUS, "SIGBUS"},   NamedSignal{SIGFPE, "SIGFPE"},   NamedSignal{SIGKILL, "SIGKILL"},
    NamedSignal{SIGSEGV, "SIGSEGV"}, NamedSignal{SIGPIPE, "SIGPIPE"}, NamedSignal{SIGTERM, "SIGTERM"},
    NamedSignal{SIGXCPU, "SIGXCPU"}, NamedSignal{SIGXFSZ, "SIGXFSZ"}, NamedSignal{SIGSYS, "SIGSYS"}};

ProcessEnding ending_of(int status) {
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

bool has_ended(pid_t child) {
  siginfo_t found{};
  return ::waitid(P_PID, static_cast<id_t>(child), &found, WEXITED | WNOHANG | WNOWAIT) == 0 && found.si_pid == child;
}

/// Waits for its end. What is left of its group goes, too, before its number is free for another one.
ProcessEnding reap(pid_t child) {
  siginfo_t found{};
  while (::waitid(P_PID, static_cast<id_t>(child), &found, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return ending_of(status);
}

/// Pictures pass in fewer pieces; a wish.
void widen(const PipeEnd& end) {
  constexpr int kBytes = 1 << 20;
  ::fcntl(end.descriptor(), F_SETPIPE_SZ, kBytes);
}

}  // namespace

std::string ProcessEnding::phrase() const {
  if (signal == 0) return concat("ended with exit code ", exit_code);
  const auto* const named = std::find_if(kSignals.begin(), kSignals.end(),
                                         [this](const NamedSignal& known) { return known.number == signal; });
  return concat("was ended by signal ", signal, named == kSignals.end() ? "" : concat(" (", named->name, ")"));
}

ChildProcess::ChildProcess(const std::vector<std::string>& words, const ProcessOptions& options) {
  try {
    Pipe input = make_pipe();
    Pipe output = make_pipe();
    Pipe errors = make_pipe();
    Pipe report = make_pipe();
    Launch launch{{},
                  ::getpid(),
                  input.reading.descriptor(),
                  output.writing.descriptor(),
                  errors.writing.descriptor(),
                  report.writing.descriptor(),
                  options.goes_first};
    for (const std::string& word : words) launch.words.push_back(const_cast<char*>(word.c_str()));
    launch.words.push_back(nullptr);
    const pid_t child = start(launch);
    if (child < 0) throw ProcessNotStarted(reason_of(-child));
    id_ = child;
    widen(input.writing);
    widen(output.reading);
    input_ = std::move(input.writing);
    output_ = std::move(output.reading);
    errors_ = std::move(errors.reading);
    report.writing.close();
    int problem = 0;
    ssize_t got = -1;
    do {
      got = ::read(report.reading.descriptor(), &problem, sizeof(problem));
    } while (got < 0 && errno == EINTR);
    if (got != sizeof(problem)) return;
    kill();
    throw ProcessNotStarted(reason_of(problem));
  } catch (const std::system_error& error) {
    throw ProcessNotStarted(error.code().message());
  }
}

ChildProcess::~ChildProcess() {
  kill();
}

std::optional<ProcessEnding> ChildProcess::wait(milliseconds wait) {
  const Clock::time_point until = Clock::now() + wait;
  for (milliseconds pause{1};; pause = std::min(pause * 2, milliseconds{20})) {
    {
      const std::lock_guard lock(mutex_);
      if (!ending_ && has_ended(static_cast<pid_t>(id_))) ending_ = reap(static_cast<pid_t>(id_));
      if (ending_) return ending_;
    }
    if (Clock::now() >= until) return std::nullopt;
    std::this_thread::sleep_for(pause);
  }
}

ProcessEnding ChildProcess::kill() {
  const std::lock_guard lock(mutex_);
  if (ending_) return *ending_;
  ::kill(static_cast<pid_t>(id_), SIGKILL);
  ending_ = reap(static_cast<pid_t>(id_));
  return *ending_;
}

}  // namespace tstitch
