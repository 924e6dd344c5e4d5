#include "core/weights/weight_upload.h"

#include <algorithm>
#include <array>

#include <ATen/ops/empty.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/formats/tensor_shapes.h"

namespace tstitch {

void WeightUpload::expect(const std::string& name, const std::vector<std::int64_t>& shape) {
  TSTITCH_CHECK(!block_.defined(), name);
  index_.emplace(name, places_.size());
  places_.push_back({name, shape, 0, element_count(shape)});
}

void WeightUpload::begin(at::Device device, at::ScalarType type, std::int64_t buffer_bytes) {
  const auto width = static_cast<std::int64_t>(c10::elementSize(type));
  const std::int64_t unit = kAlignment / width;
  std::int64_t end = 0;
  for (Place& place : places_) {
    place.begin = (end + unit - 1) / unit * unit;
    end = place.begin + place.size;
  }
  if (end > 0) block_ = at::empty({end}, at::TensorOptions(type).device(device));
  if (end > 0) upload_ = PinnedUpload::to(block_, buffer_bytes / width);
  if (upload_ != nullptr) return;
  block_.reset();
  index_.clear();
}

at::Tensor WeightUpload::take(const std::string& name, const std::stop_token& stop) {
  const auto found = index_.find(name);
  if (found == index_.end()) return {};
  const Place& place = places_[found->second];
  while (upload_->sent() < place.begin + place.size) {
    stop_point(stop);
    fill(upload_->room(), upload_->sent(), stop);
    upload_->send();
  }
  return block_.narrow(0, place.begin, place.size).view(place.shape);
}

/// The numbers of the block from `begin` on; between two tensors there are zeros.
void WeightUpload::fill(const at::Tensor& buffer, std::int64_t begin, const std::stop_token& stop) {
  const std::int64_t end = begin + buffer.numel();
  std::int64_t at = begin;
  for (; next_ < places_.size() && places_[next_].begin < end; ++next_) {
    const Place& place = places_[next_];
    if (place.begin > at) buffer.narrow(0, at - begin, place.begin - at).zero_();
    const std::int64_t first = std::max(at, place.begin);
    at = std::min(end, place.begin + place.size);
    if (at > first) read_part(place, first - place.begin, buffer.narrow(0, first - begin, at - first), stop);
    if (at < place.begin + place.size) return;
    whole_.reset();
  }
  if (at < end) buffer.narrow(0, at - begin, end - at).zero_();
}

void WeightUpload::read_part(const Place& place, std::int64_t first, at::Tensor target, const std::stop_token& stop) {
  if (!whole_.defined()) {
    if (source_.read_part(place.name, first, target, stop)) return;
    whole_ = source_.read(place.name, target.scalar_type(), stop).flatten();
  }
  target.copy_(whole_.narrow(0, first, target.numel()));
}

at::Tensor WeightUpload::kept(const at::Tensor& taken, const at::Tensor& finished) const {
  if (finished.is_alias_of(taken) || finished.scalar_type() != taken.scalar_type() ||
      finished.numel() != taken.numel() || !finished.is_non_overlapping_and_dense()) {
    return finished;
  }
  at::Tensor place = block_.as_strided(finished.sizes(), finished.strides(), taken.storage_offset());
  place.copy_(finished);
  return place;
}

void WeightUpload::finish() {
  upload_.reset();
  block_.reset();
  index_.clear();
}

}  // namespace tstitch
