#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/device/pinned_upload.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// The weights of one network on their way to a device: one block of memory there, filled in the order in which the
/// network takes them, through page-locked buffers (pinned_upload.h). Numbers are read straight into the buffers and
/// converted to the compute type on the way: they are looked at there anyway, half of the bytes of an fp32 file cross,
/// and the block on the device is the only one. For one thread.
class WeightUpload {
 public:
  static constexpr std::int64_t kBufferBytes = std::int64_t{32} << 20U;
  static constexpr std::int64_t kAlignment = 512;  ///< bytes of a tensor's begin within the block

  explicit WeightUpload(const WeightSource& source) : source_(source) {}

  /// Names what will be taken next, before begin().
  void expect(const std::string& name, const std::vector<std::int64_t>& shape);
  /// Makes room for all that is expected. Where no page-locked memory can be had, take() gives nothing.
  void begin(at::Device device, at::ScalarType type, std::int64_t buffer_bytes = kBufferBytes);

  /// A part of the block that holds the tensor's numbers for whatever the current stream is asked for from now on;
  /// undefined for one that was not expected. Throws as WeightSource::read does.
  at::Tensor take(const std::string& name, const std::stop_token& stop);
  /// `finished` was made of `taken`: in its place within the block, where it is the same in another layout.
  at::Tensor kept(const at::Tensor& taken, const at::Tensor& finished) const;

  /// Waits until all is there and lets the buffers go.
  void finish();

 private:
  struct Place {
    std::string name;
    std::vector<std::int64_t> shape;
    std::int64_t begin = 0;  ///< in numbers, within the block
    std::int64_t size = 0;
  };

  void fill(const at::Tensor& buffer, std::int64_t begin, const std::stop_token& stop);
  void read_part(const Place& place, std::int64_t first, at::Tensor target, const std::stop_token& stop);

  const WeightSource& source_;
  std::vector<Place> places_;
  std::map<std::string, std::size_t> index_;
  at::Tensor block_;
  std::unique_ptr<PinnedUpload> upload_;
  std::size_t next_ = 0;  ///< the first place that is not sent whole
  at::Tensor whole_;      ///< its numbers, where only all of them can be read
};

}  // namespace tstitch
