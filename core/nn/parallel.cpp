#include "core/nn/parallel.h"

#include <algorithm>
#include <atomic>

#include <ATen/Parallel.h>

namespace tstitch::detail {

void in_parallel(std::int64_t count, std::int64_t grain, const std::function<void(std::int64_t, std::int64_t)>& work) {
  constexpr std::int64_t kShares = 8;  // a thread that was held up leaves the rest of its work to the others
  const std::int64_t threads = std::min<std::int64_t>(at::get_num_threads(), (count + grain - 1) / grain);
  const std::int64_t piece = threads > 1 ? std::max(grain, count / (threads * kShares)) : count;
  std::atomic<std::int64_t> next = 0;
  at::parallel_for(0, threads, 1, [&](std::int64_t first, std::int64_t last) {
    for (; first < last; ++first) {
      for (std::int64_t begin = next.fetch_add(piece); begin < count; begin = next.fetch_add(piece)) {
        work(begin, std::min(begin + piece, count));
      }
    }
  });
}

}  // namespace tstitch::detail
