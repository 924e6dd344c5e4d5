#include "ui/generate/segment_list.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace tstitch::ui {

SegmentList::SegmentList(std::vector<Segment> segments, RunShape shape)
    : segments_(std::move(segments)), shape_(std::move(shape)) {
  std::erase_if(segments_, [](const Segment& segment) { return segment.evaluations < 1; });
  snap();
}

void SegmentList::setShape(RunShape shape) {
  shape_ = std::move(shape);
  snap();
}

int SegmentList::total() const {
  return std::accumulate(segments_.begin(), segments_.end(), 0,
                         [](int sum, const Segment& segment) { return sum + segment.evaluations; });
}

/// Scales to the run and moves each seam to the nearest place at or before it that leaves room for all others.
void SegmentList::snap() {
  const int before = total();
  const auto& seams = shape_.seams;
  if (before == 0 || seams.size() < 2) return;
  while (segments_.size() > seams.size() - 1) segments_.pop_back();
  int sum = 0;
  std::size_t place = 0;  // of the last seam
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const std::size_t room = seams.size() - (segments_.size() - i);  // the last place that this one may end at
    sum += segments_[i].evaluations;
    const double end = static_cast<double>(sum) * shape_.evaluations / before;
    const auto after = std::upper_bound(seams.begin(), seams.end(), static_cast<int>(std::lround(end)));
    std::size_t next = static_cast<std::size_t>(after - seams.begin()) - 1;
    next = i + 1 == segments_.size() ? seams.size() - 1 : std::clamp(next, place + 1, room);
    segments_[i].evaluations = seams[next] - seams[place];
    place = next;
  }
}

bool SegmentList::canGrow() const {
  return segments_.size() + 1 < shape_.seams.size();
}

void SegmentList::add(std::size_t at, const DenoiserName& denoiser) {
  divide(at, {denoiser, 0, {}, {}});
}

void SegmentList::split(std::size_t at) {
  divide(at, segments_.at(at));
}

void SegmentList::divide(std::size_t at, Segment second) {
  if (!canGrow()) return;
  Segment& first = segments_.at(at);
  second.evaluations = std::max(1, first.evaluations / 2);
  first.evaluations = std::max(1, first.evaluations - second.evaluations);
  segments_.insert(segments_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(second));
  snap();
}

void SegmentList::remove(std::size_t at) {
  if (segments_.size() < 2) return;
  segments_.at(at == 0 ? 1 : at - 1).evaluations += segments_.at(at).evaluations;
  segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(at));
  snap();
}

void SegmentList::moveUp(std::size_t at) {
  if (at == 0 || at >= segments_.size()) return;
  std::swap(segments_[at], segments_[at - 1]);
  snap();
}

void SegmentList::setEvaluations(std::size_t at, int evaluations) {
  const int others = static_cast<int>(segments_.size()) - 1;
  const int wanted = std::clamp(evaluations, 1, std::max(1, shape_.evaluations - others));
  int change = wanted - segments_.at(at).evaluations;
  if (others == 0) return;
  segments_[at].evaluations = wanted;
  const auto pay = [&](Segment& other) {
    const int share = std::min(change, other.evaluations - 1);
    other.evaluations -= share;  // a change below none gives all of it to the first one
    change -= share;
  };
  for (std::size_t i = at + 1; i < segments_.size() && change != 0; ++i) pay(segments_[i]);
  for (std::size_t i = at; i-- > 0 && change != 0;) pay(segments_[i]);
  snap();
}

void SegmentList::setKind(std::size_t at, const Segment& kind) {
  const int evaluations = segments_.at(at).evaluations;
  segments_[at] = kind;
  segments_[at].evaluations = evaluations;
}

}  // namespace tstitch::ui
