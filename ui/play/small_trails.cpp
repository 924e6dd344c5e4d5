#include "ui/play/small_trails.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/jobs/state_numbers.h"

namespace tstitch::ui {
namespace {

auto members(const RunSettings& settings) {
  return std::tie(settings.device, settings.device_index, settings.precision, settings.threads, settings.memory_limit,
                  settings.variant);
}

}  // namespace

bool operator==(const Way& a, const Way& b) {
  return members(a.settings) == members(b.settings) && a.request == b.request;
}

Way wayOf(GenerationRequest request, const RunSettings& settings) {
  request.split = RatioSplit{};
  return {std::move(request), settings};
}

QImage SmallTrail::frameAfter(int evaluations) const {
  if (evaluations < 1 || evaluations > reached) return {};
  const auto found = frames.find(evaluations - 1);
  return found == frames.end() ? QImage() : found->second;
}

StateTrail SmallTrails::begin(const GenerationRequest& request, const RunSettings& settings, int pictures,
                              bool goesOn) {
  const SmallTrail* before = pictures == 1 ? find(wayOf(request, settings)) : nullptr;
  if (before != nullptr) return {before->first, goesOn};
  const StateId first = new_state_numbers(static_cast<StateId>(pictures) * kTrailNumbers);
  for (int picture = 0; picture < pictures; ++picture) {
    GenerationRequest own = request;
    own.seed += static_cast<std::uint64_t>(picture);
    const Way way = wayOf(std::move(own), settings);
    std::erase_if(trails_, [&](const SmallTrail& trail) { return trail.way == way; });
    trails_.push_back({way, first + static_cast<StateId>(picture) * kTrailNumbers, 0, {}});
  }
  while (trails_.size() > std::max(kMostTrails, static_cast<std::size_t>(pictures))) trails_.pop_front();
  return {first, goesOn};
}

const SmallTrail* SmallTrails::find(const Way& way) const {
  const auto found =
      std::find_if(trails_.begin(), trails_.end(), [&](const SmallTrail& trail) { return trail.way == way; });
  return found == trails_.end() ? nullptr : &*found;
}

SmallTrail* SmallTrails::known(const Way& way) {
  return const_cast<SmallTrail*>(std::as_const(*this).find(way));
}

void SmallTrails::reach(const Way& way, int evaluation) {
  SmallTrail* trail = known(way);
  if (trail != nullptr && evaluation <= trail->reached) trail->reached = std::max(trail->reached, evaluation + 1);
}

void SmallTrails::addFrame(const Way& way, int evaluation, const QImage& image) {
  SmallTrail* trail = known(way);
  if (trail == nullptr) return;
  const bool large = std::max(image.width(), image.height()) > kMostFrameSide;
  trail->frames[evaluation] =
      large ? image.scaled(kMostFrameSide, kMostFrameSide, Qt::KeepAspectRatio, Qt::SmoothTransformation) : image;
}

void SmallTrails::lose(const Way& way) {
  if (SmallTrail* trail = known(way)) trail->reached = 0;
}

void SmallTrails::loseAll() {
  for (SmallTrail& trail : trails_) trail.reached = 0;
}

}  // namespace tstitch::ui
