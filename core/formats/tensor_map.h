#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// Where a tensor of ours is found in a file of another layout.
struct TensorOrigin {
  std::string name;                 ///< in the file
  std::vector<std::int64_t> shape;  ///< of ours; of as many elements as the rows taken
  std::int64_t first_row = 0;       ///< other layouts fuse projections: ours are some rows of theirs
  std::int64_t rows = -1;           ///< -1 = all
  bool transposed = false;          ///< ours is the transpose of their matrix
};

/// Our names (those of diffusers and transformers), each with its origin. Names that a map does not know are kept, so
/// that whoever builds the network tells them as left over.
using TensorMap = std::map<std::string, TensorOrigin>;

/// The tensors whose names begin with `prefix`, without it.
TensorShapes part_of(const TensorShapes& tensors, std::string_view prefix);

/// The map for tensors that part_of() took the prefix from.
TensorMap with_prefix(TensorMap map, std::string_view prefix);

/// Names and shapes as the map makes them.
TensorShapes shapes_of(const TensorMap& map);

}  // namespace tstitch
