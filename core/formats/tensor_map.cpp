#include "core/formats/tensor_map.h"

#include <utility>

namespace tstitch {

TensorShapes part_of(const TensorShapes& tensors, std::string_view prefix) {
  TensorShapes part;
  for (auto tensor = tensors.lower_bound(std::string(prefix));
       tensor != tensors.end() && tensor->first.starts_with(prefix); ++tensor) {
    part.emplace(tensor->first.substr(prefix.size()), tensor->second);
  }
  return part;
}

TensorMap with_prefix(TensorMap map, std::string_view prefix) {
  for (auto& [name, origin] : map) origin.name.insert(0, prefix);
  return map;
}

TensorShapes shapes_of(const TensorMap& map) {
  TensorShapes shapes;
  for (const auto& [name, origin] : map) shapes.emplace(name, origin.shape);
  return shapes;
}

}  // namespace tstitch
