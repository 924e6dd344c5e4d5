#pragma once

#include <string>
#include <vector>

namespace tstitch {

/// Ends of tensor names that published files carry besides their weights, and that no network takes.
inline const std::vector<std::string>& harmless_tensors() {
  static const std::vector<std::string> names{"position_ids", "logit_scale"};
  return names;
}

}  // namespace tstitch
