#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/engine/wire/frame.h"

namespace tstitch::wire {

/// Bytes that travel beside the JSON: pixels, tensors, texts that may grow long.
using Blobs = std::vector<std::string>;

/// What one side tells the other at once: one frame, and before it the pieces of blobs that are too large for it.
struct Message {
  nlohmann::json head = nlohmann::json::object();
  Blobs blobs;
};

/// Most bytes of one blob: a picture of 16384 x 16384 and as much again.
inline constexpr std::uint64_t kMostBlobBytes = std::uint64_t{2} << 30U;

/// Cuts messages into frames. For any thread: the frames of several messages may lie between each other, no frame
/// inside another one.
class MessageWriter {
 public:
  /// `write` takes the bytes of one whole frame; false when the other side is gone.
  explicit MessageWriter(std::function<bool(std::string_view)> write) : write_(std::move(write)) {}

  /// False when the other side is gone. Throws BadInput for a message that is beyond what a frame holds.
  bool send(const Message& message);

 private:
  bool write(const std::string& frame);

  std::function<bool(std::string_view)> write_;
  std::mutex mutex_;  ///< of writing and of the number
  std::uint64_t pieces_ = 0;
};

/// Puts messages together again from a stream of bytes.
class MessageReader {
 public:
  /// `most_open_bytes`: of pieces whose message has not come yet.
  explicit MessageReader(std::uint64_t most_open_bytes = 2 * kMostBlobBytes) : most_open_bytes_(most_open_bytes) {}

  void add(std::string_view bytes) { cutter_.add(bytes); }

  /// The next whole message, if it is there. Throws BadInput as FrameCutter does, and for attachments that are not as
  /// they are said to be.
  std::optional<Message> next();

  [[nodiscard]] const FrameCutter& cutter() const { return cutter_; }

 private:
  struct Open {
    std::uint64_t of = 0;
    std::string bytes;
  };

  void keep_piece(const Frame& frame);
  [[nodiscard]] Message completed(Frame frame);
  [[nodiscard]] std::string taken(std::uint64_t piece);

  FrameCutter cutter_;
  std::uint64_t most_open_bytes_;
  std::uint64_t open_bytes_ = 0;
  std::map<std::uint64_t, Open> open_;
};

}  // namespace tstitch::wire
