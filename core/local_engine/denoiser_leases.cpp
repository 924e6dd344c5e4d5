#include "core/local_engine/denoiser_leases.h"

#include <utility>

#include "core/base/check.h"

namespace tstitch {

DenoiserLeases::DenoiserLeases(const Trajectory& trajectory, Load load, std::function<void()> release)
    : trajectory_(trajectory), load_(std::move(load)), release_(std::move(release)) {}

const Denoiser& DenoiserLeases::at(EvaluationIndex evaluation) {
  const auto index = static_cast<std::size_t>(evaluation.value);
  if (index >= held_.size() || !held_[index]) {
    held_.clear();
    release_();
    int end = 0;
    for (const Segment& segment : trajectory_.segments) {
      end += segment.evaluations;
      if (evaluation.value < end) break;
    }
    held_ = load_(evaluation.value, end);
  }
  TSTITCH_CHECK(index < held_.size() && held_[index], index);
  return *held_[index];
}

}  // namespace tstitch
