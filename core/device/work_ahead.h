#pragma once

#include <deque>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

namespace tstitch {

/// Pieces of work that the host asked a device for and has not seen done. A CPU has done a piece when the host goes on.
/// Elsewhere the host asks for the next one meanwhile, and only then waits (Crossing::Pace) for the one before, so that
/// the device always has work and what is told of it is true. For one thread.
class WorkAhead {
 public:
  using Told = std::function<void()>;

  explicit WorkAhead(at::Device device) : device_(device) {}

  /// Calls `told` when the pieces so far are done: at once where none is under way.
  void then(Told told);
  /// What was asked for since the last piece is one; `told` is called when it is done. Waits for the pieces before it.
  void add(Told told);
  /// Waits for all pieces. Without it they are forgotten.
  void finish();

 private:
  struct Piece {
    c10::Event done;
    std::vector<Told> told;
  };
  void wait_for_oldest();

  at::Device device_;
  std::deque<Piece> under_way_;
};

}  // namespace tstitch
