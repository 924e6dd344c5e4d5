#pragma once

#include <cstdint>
#include <functional>

namespace tstitch::detail {

/// Calls `work(begin, end)` for pieces of [0, count), at least `grain` long but for the last, on LibTorch's compute
/// threads; what it throws is thrown here. In place of at::parallel_for, which is a plain loop in a file compiled
/// without OpenMP.
void in_parallel(std::int64_t count, std::int64_t grain, const std::function<void(std::int64_t, std::int64_t)>& work);

}  // namespace tstitch::detail
