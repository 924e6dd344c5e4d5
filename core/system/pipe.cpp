#include "core/system/pipe.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace tstitch {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kFirstFree = 3;  ///< after the standard streams

[[noreturn]] void throw_system_error(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// True when the descriptor is ready or its stream has ended; false when the time is over.
bool wait_for(int descriptor, short events, milliseconds wait) {
  const Clock::time_point until = Clock::now() + wait;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    pollfd watched{descriptor, events, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::max<milliseconds::rep>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return true;  // reading or writing tells
  }
}

/// While it lives, this thread's writes to a closed pipe raise no signal.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoPipeSignal() {
    const timespec at_once{};
    if (!was_pending_) {
      while (sigtimedwait(&pipe_, nullptr, &at_once) == -1 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

/// The same stream under a number above the standard streams', which no started program inherits.
PipeEnd above_standard(int descriptor) {
  const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstFree);
  if (moved < 0) throw_system_error("a stream");
  return PipeEnd(moved);
}

PipeEnd above_standard(PipeEnd end) {
  return end.descriptor() >= kFirstFree ? std::move(end) : above_standard(end.descriptor());
}

}  // namespace

PipeEnd& PipeEnd::operator=(PipeEnd&& other) noexcept {
  if (this == &other) return *this;
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  return *this;
}

void PipeEnd::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::optional<std::size_t> PipeEnd::read_some(char* bytes, std::size_t size, milliseconds wait) {
  for (;;) {
    if (!wait_for(descriptor_, POLLIN, wait)) return std::nullopt;
    const ssize_t got = ::read(descriptor_, bytes, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR && errno != EAGAIN) return 0;
  }
}

bool PipeEnd::write_all(std::string_view bytes, const std::function<bool()>& go_on) {
  constexpr milliseconds kBetweenQuestions{100};
  // A pipe that is ready takes so many bytes at once: the write does not block, whatever mode the stream is in.
  constexpr std::size_t kAtOnce = 4096;
  const NoPipeSignal no_signal;
  while (!bytes.empty()) {
    if (!wait_for(descriptor_, POLLOUT, kBetweenQuestions)) {
      if (!go_on()) return false;
      continue;
    }
    const ssize_t written = ::write(descriptor_, bytes.data(), std::min(bytes.size(), kAtOnce));
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
  }
  return true;
}

Pipe make_pipe() {
  int ends[2] = {};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_system_error("a pipe");
  Pipe pipe{PipeEnd(ends[0]), PipeEnd(ends[1])};
  pipe.reading = above_standard(std::move(pipe.reading));
  pipe.writing = above_standard(std::move(pipe.writing));
  return pipe;
}

StandardStreams take_standard_streams() {
  StandardStreams streams{above_standard(STDIN_FILENO), above_standard(STDOUT_FILENO)};
  const PipeEnd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing.is_open()) throw_system_error("/dev/null");
  if (::dup2(nothing.descriptor(), STDIN_FILENO) < 0) throw_system_error("standard input");
  const bool has_errors = ::fcntl(STDERR_FILENO, F_GETFD) >= 0;
  if (::dup2(has_errors ? STDERR_FILENO : nothing.descriptor(), STDOUT_FILENO) < 0)
    throw_system_error("standard output");
  return streams;
}

}  // namespace tstitch
