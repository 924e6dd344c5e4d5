#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/denoise/denoiser.h"
#include "core/trajectory/trajectory.h"

namespace tstitch {

/// Who answers each evaluation of a walk, loaded when they are asked for: all before the first evaluation, or one
/// segment's at a time where memory is short.
class DenoiserLeases {
 public:
  using Denoisers = std::vector<std::shared_ptr<const Denoiser>>;
  /// Loads the denoisers of the evaluations [begin, end); the result has a place for every evaluation of the run.
  using Load = std::function<Denoisers(int begin, int end)>;

  /// `release` is called when nothing loaded before is held any more. `trajectory` must outlive this.
  DenoiserLeases(const Trajectory& trajectory, Load load, std::function<void()> release);

  /// Loads all that [begin, end) asks for; nothing is loaded within it then.
  void acquire(int begin, int end) { held_ = load_(begin, end); }

  /// Loads what the evaluations [begin, end) are to be asked later, elsewhere; the result waits for them, or throws.
  using Fetch = std::function<std::function<Denoisers()>(int begin, int end)>;
  /// Loads what the first segment of [begin, end) asks for, and has the rest fetched meanwhile; who asks for an
  /// evaluation of the rest waits for it.
  void acquire_ahead(int begin, int end, const Fetch& fetch);

  /// The denoiser of an evaluation. Where it is not there, that of its segment takes the place of all others.
  const Denoiser& at(EvaluationIndex evaluation);

 private:
  const Trajectory& trajectory_;
  Load load_;
  std::function<void()> release_;
  /// The end of the segment that the evaluation lies in.
  [[nodiscard]] int end_of_segment(int evaluation) const;

  Denoisers held_;
  std::function<Denoisers()> coming_;
};

}  // namespace tstitch
