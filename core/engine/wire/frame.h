#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace tstitch::wire {

/// Nothing longer is a frame, header included.
inline constexpr std::size_t kMostFrameBytes = std::size_t{16} << 20U;
inline constexpr std::size_t kFrameHeaderBytes = 12;

/// One frame as it stands in the stream (README.md): a header, JSON and the attachments, one after the other; the JSON
/// must list their sizes under `attachments`.
std::string framed(std::string_view json, const std::vector<std::string_view>& attachments);

struct Frame {
  nlohmann::json head;      ///< an object
  std::string attachments;  ///< all of them, one after the other
};

/// Cuts a stream of bytes into frames. Whatever comes, it holds no more than one frame and what was added with it.
class FrameCutter {
 public:
  void add(std::string_view bytes);

  /// The next whole frame, if it is there. Throws BadInput for bytes that are none: an absurd length as soon as its
  /// four bytes are there, a wrong checksum, JSON that is damaged or beyond its bounds.
  std::optional<Frame> next();

  /// Bytes of a frame that has begun and is not whole; 0 between frames.
  [[nodiscard]] std::size_t begun_bytes() const { return bytes_.size() - at_; }
  /// The length of that frame, header included; 0 until it is known.
  [[nodiscard]] std::size_t begun_length() const;
  /// How many frames were whole so far.
  [[nodiscard]] std::uint64_t frames() const { return frames_; }

 private:
  [[nodiscard]] std::string_view rest() const { return std::string_view(bytes_).substr(at_); }

  std::string bytes_;
  std::size_t at_ = 0;  ///< where the next frame begins
  std::uint64_t frames_ = 0;
};

}  // namespace tstitch::wire
