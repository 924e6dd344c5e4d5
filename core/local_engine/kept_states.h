#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/engine/runner.h"
#include "core/local_engine/compute_choice.h"
#include "core/local_engine/resolved_run.h"
#include "core/local_engine/walk.h"

namespace tstitch {

/// States between two steps, by the numbers that the asking side chose: the newest, as far as they fit. For one thread.
class KeptStates {
 public:
  /// A run as states know it.
  struct Way {
    std::string key;  ///< all that decides about a state but who makes which steps
    Trajectory trajectory;
  };
  static std::shared_ptr<const Way> way_of(const ResolvedRun& run, const ComputeChoice& compute);

  static constexpr std::int64_t kMostBytes = std::int64_t{256} << 20;

  explicit KeptStates(std::int64_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}

  void keep(StateId id, std::shared_ptr<const Way> way, const Snapshot& state);
  void forget(StateId id);

  /// The state of that number, where it lies on the way of this run: all but the split is equal, files and device
  /// included, and the steps so far are by the same denoisers, equally guided. Else nothing.
  [[nodiscard]] std::optional<Snapshot> on_way(const Way& way, StateId id) const;
  /// Of the states of a trail the furthest that lies on the way, and before `until` where that is given.
  [[nodiscard]] std::optional<Snapshot> furthest_on_way(const Way& way, const StateTrail& trail,
                                                        std::optional<StepIndex> until) const;

 private:
  struct Kept {
    std::shared_ptr<const Way> way;
    Snapshot state;
    std::int64_t bytes = 0;
  };
  std::int64_t most_bytes_;
  std::int64_t bytes_ = 0;
  std::map<StateId, Kept> states_;
  std::deque<StateId> oldest_first_;
};

}  // namespace tstitch
