#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace tstitch {

/// Names and shapes of a checkpoint: what there is to infer a config from where a file carries none.
using TensorShapes = std::map<std::string, std::vector<std::int64_t>>;

/// How many elements a tensor of that shape has; the largest number there is where they are more.
inline std::int64_t element_count(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t side : shape) {
    if (side == 0) return 0;
    if (__builtin_mul_overflow(count, side, &count)) count = std::numeric_limits<std::int64_t>::max();
  }
  return count;
}

}  // namespace tstitch
