#include "core/local_engine/denoiser_leases.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace tstitch {

DenoiserLeases::DenoiserLeases(const Trajectory& trajectory, Load load, std::function<void()> release)
    : trajectory_(trajectory), load_(std::move(load)), release_(std::move(release)) {}

int DenoiserLeases::end_of_segment(int evaluation) const {
  int end = 0;
  for (const Segment& segment : trajectory_.segments) {
    end += segment.evaluations;
    if (evaluation < end) break;
  }
  return end;
}

void DenoiserLeases::acquire_ahead(int begin, int end, const Fetch& fetch) {
  const int seam = std::min(end, end_of_segment(begin));
  held_ = load_(begin, seam);
  if (seam < end) coming_ = fetch(seam, end);
}

const Denoiser& DenoiserLeases::at(EvaluationIndex evaluation) {
  const auto index = static_cast<std::size_t>(evaluation.value);
  const auto is_held = [&] { return index < held_.size() && held_[index]; };
  if (!is_held() && coming_) {
    Denoisers rest = std::exchange(coming_, {})();
    held_.resize(rest.size());
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (rest[i]) held_[i] = std::move(rest[i]);
    }
  }
  if (!is_held()) {
    held_.clear();
    release_();
    held_ = load_(evaluation.value, end_of_segment(evaluation.value));
  }
  TSTITCH_CHECK(index < held_.size() && held_[index], index);
  return *held_[index];
}

}  // namespace tstitch
