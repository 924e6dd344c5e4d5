#pragma once

#include <cstdint>
#include <deque>
#include <map>
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
  static constexpr std::int64_t kMostBytes = std::int64_t{256} << 20;

  explicit KeptStates(std::int64_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}

  void keep(StateId id, const ResolvedRun& run, const ComputeChoice& compute, const Snapshot& state);
  void forget(StateId id);

  /// The state of that number, where it lies on the way of this run: all but the split is equal, files and device
  /// included, and the steps so far are by the same denoisers, equally guided. Else nothing.
  [[nodiscard]] std::optional<Snapshot> on_the_way_of(const ResolvedRun& run, const ComputeChoice& compute,
                                                      StateId id) const;

 private:
  struct Kept {
    std::string key;  ///< of the run, without its split
    Trajectory trajectory;
    Snapshot state;
    std::int64_t bytes = 0;
  };
  std::int64_t most_bytes_;
  std::int64_t bytes_ = 0;
  std::map<StateId, Kept> states_;
  std::deque<StateId> oldest_first_;
};

}  // namespace tstitch
