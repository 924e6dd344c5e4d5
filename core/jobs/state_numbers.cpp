#include "core/jobs/state_numbers.h"

#include <atomic>

namespace tstitch {

StateId new_state_numbers(StateId count) {
  static std::atomic<StateId> next{1};
  return next.fetch_add(count);
}

}  // namespace tstitch
