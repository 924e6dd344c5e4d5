#pragma once

#include <cstdint>
#include <string>

#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// Reads sizes off the tensors of one checkpoint; every refusal is a BadInput that names the file and the tensor
///.
class ShapeReader {
 public:
  ShapeReader(const TensorShapes& shapes, std::string file);

  [[noreturn]] void refuse(const std::string& tensor, const std::string& what) const;

  [[nodiscard]] bool has(const std::string& tensor) const { return shapes_.contains(tensor); }
  /// How many dimensions a tensor has that must be there.
  [[nodiscard]] std::size_t rank(const std::string& tensor) const;
  /// One side of a tensor that must be there and have `rank` dimensions, 1..`most`.
  [[nodiscard]] int side(const std::string& tensor, std::size_t rank, std::size_t dimension, std::int64_t most) const;
  /// How many of `<before>0<after>`, `<before>1<after>`, ... are there, counted from 0 without holes; at most `most`.
  [[nodiscard]] int count(const std::string& before, const std::string& after, int most) const;

 private:
  const TensorShapes& shapes_;
  std::string file_;
};

}  // namespace tstitch
