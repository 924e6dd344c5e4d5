#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace tstitch {

/// One end of a stream of bytes between processes: a pipe's, a socket's or a terminal's. Closed with the object. One
/// thread may read while another one writes.
class PipeEnd {
 public:
  PipeEnd() = default;
  explicit PipeEnd(int descriptor) : descriptor_(descriptor) {}
  ~PipeEnd() { close(); }
  PipeEnd(PipeEnd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  PipeEnd& operator=(PipeEnd&& other) noexcept;
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  void close();

  /// Reads what is there, at most `size` bytes, waiting up to `wait` for the first one: how many; 0 at the end of the
  /// stream, which any failure counts as; nothing when the time is over.
  std::optional<std::size_t> read_some(char* bytes, std::size_t size, std::chrono::milliseconds wait);

  /// Writes all of them. False when the other side is gone, or when `go_on` says no, which is asked now and then while
  /// the other side does not read. No signal is raised in either case.
  bool write_all(std::string_view bytes, const std::function<bool()>& go_on);

 private:
  int descriptor_ = -1;
};

/// A pipe that no started program inherits; its numbers are above those of the standard streams. Throws
/// std::system_error.
struct Pipe {
  PipeEnd reading;
  PipeEnd writing;
};
Pipe make_pipe();

/// The process's own standard input and output, for frames alone: from then on reading standard input finds its end,
/// and what anything prints on standard output goes to standard error. Throws std::system_error.
struct StandardStreams {
  PipeEnd input;
  PipeEnd output;
};
StandardStreams take_standard_streams();

}  // namespace tstitch
