#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tstitch {

/// Names and shapes of a checkpoint: what there is to infer a config from where a file carries none.
using TensorShapes = std::map<std::string, std::vector<std::int64_t>>;

}  // namespace tstitch
