#include "core/device/work_ahead.h"

#include <utility>

#include <c10/core/impl/VirtualGuardImpl.h>

#include "core/device/crossing.h"

namespace tstitch {

void WorkAhead::then(Told told) {
  if (under_way_.empty()) return told();
  under_way_.back().told.push_back(std::move(told));
}

void WorkAhead::add(Told told) {
  if (device_.is_cpu()) return told();
  c10::Event done(device_.type());
  done.record(c10::impl::VirtualGuardImpl(device_.type()).getStream(device_));
  under_way_.push_back({std::move(done), {std::move(told)}});
  while (under_way_.size() > 1) wait_for_oldest();
}

void WorkAhead::finish() {
  while (!under_way_.empty()) wait_for_oldest();
}

void WorkAhead::wait_for_oldest() {
  Piece oldest = std::move(under_way_.front());
  under_way_.pop_front();
  {
    const CrossingScope scope(Crossing::Pace);
    oldest.done.synchronize();
  }
  for (const Told& each : oldest.told) each();
}

}  // namespace tstitch
