#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

namespace tstitch {

/// Fills a block on a device from its begin to its end through two page-locked buffers in turn: while the device copies
/// from one, the host fills the other, and waits (Crossing::Weights) only for what a buffer held before. Copies are
/// queued on the stream that was current when this was made, so what is asked for there later finds them done. For one
/// thread.
class PinnedUpload {
 public:
  /// To `target` [n], dense, through buffers of at most so many numbers. Null where no page-locked memory can be had;
  /// with one buffer's worth of it there is only that one.
  static std::unique_ptr<PinnedUpload> to(const at::Tensor& target, std::int64_t buffer_size);
  /// Waits for the copies, so that nobody reads the buffers any more.
  ~PinnedUpload();
  PinnedUpload(const PinnedUpload&) = delete;
  PinnedUpload& operator=(const PinnedUpload&) = delete;

  /// Room for the numbers from sent() on, as many as one buffer holds or are still to come.
  at::Tensor room();
  /// Sends what the last room() gave, whole.
  void send();
  /// Numbers that were sent so far.
  [[nodiscard]] std::int64_t sent() const { return sent_; }

 private:
  struct Buffer {
    at::Tensor memory;
    c10::Event copied;
    bool is_under_way = false;

    void wait();
  };

  explicit PinnedUpload(const at::Tensor& target);
  [[nodiscard]] std::int64_t next_size() const;

  at::Tensor target_;
  c10::Stream stream_;
  std::vector<Buffer> buffers_;
  std::size_t turn_ = 0;
  std::int64_t sent_ = 0;
};

}  // namespace tstitch
