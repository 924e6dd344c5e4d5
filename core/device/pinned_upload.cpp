#include "core/device/pinned_upload.h"

#include <algorithm>

#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "core/device/crossing.h"
#include "core/device/page_locked.h"

namespace tstitch {

void PinnedUpload::Buffer::wait() {
  if (!is_under_way) return;
  const CrossingScope scope(Crossing::Weights);
  copied.synchronize();
  is_under_way = false;
}

PinnedUpload::PinnedUpload(const at::Tensor& target)
    : target_(target), stream_(c10::impl::VirtualGuardImpl(target.device().type()).getStream(target.device())) {}

std::unique_ptr<PinnedUpload> PinnedUpload::to(const at::Tensor& target, std::int64_t buffer_size) {
  constexpr std::size_t kBuffers = 2;
  std::unique_ptr<PinnedUpload> upload(new PinnedUpload(target));
  const std::int64_t all = target.numel();
  for (std::int64_t begin = 0; begin < all && upload->buffers_.size() < kBuffers; begin += buffer_size) {
    at::Tensor memory = page_locked(std::min(buffer_size, all), target.scalar_type(), target.device());
    if (!memory.defined()) break;
    upload->buffers_.push_back({std::move(memory), c10::Event(target.device().type())});
  }
  if (upload->buffers_.empty()) return nullptr;
  return upload;
}

PinnedUpload::~PinnedUpload() {
  for (Buffer& buffer : buffers_) {
    try {
      buffer.wait();
    } catch (const std::exception&) {  // a device that fails has told so where it was asked for something
      continue;
    }
  }
}

std::int64_t PinnedUpload::next_size() const {
  return std::min(buffers_[turn_].memory.numel(), target_.numel() - sent_);
}

at::Tensor PinnedUpload::room() {
  Buffer& buffer = buffers_[turn_];
  buffer.wait();
  return buffer.memory.narrow(0, 0, next_size());
}

void PinnedUpload::send() {
  const CrossingScope scope(Crossing::Weights);
  const c10::StreamGuard guard(stream_);
  Buffer& buffer = buffers_[turn_];
  const std::int64_t count = next_size();
  target_.narrow(0, sent_, count).copy_(buffer.memory.narrow(0, 0, count), /*non_blocking=*/true);
  buffer.copied.record(stream_);
  buffer.is_under_way = true;
  turn_ = (turn_ + 1) % buffers_.size();
  sent_ += count;
}

}  // namespace tstitch
