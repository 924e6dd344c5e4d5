#include "core/formats/shape_reader.h"

#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

ShapeReader::ShapeReader(const TensorShapes& shapes, std::string file) : shapes_(shapes), file_(std::move(file)) {}

void ShapeReader::refuse(const std::string& tensor, const std::string& what) const {
  throw BadInput(concat("tensor ", tensor, " ", what), file_);
}

std::size_t ShapeReader::rank(const std::string& tensor) const {
  const auto entry = shapes_.find(tensor);
  if (entry == shapes_.end()) refuse(tensor, "is missing.");
  return entry->second.size();
}

int ShapeReader::side(const std::string& tensor, std::size_t rank, std::size_t dimension, std::int64_t most) const {
  const auto entry = shapes_.find(tensor);
  if (entry == shapes_.end()) refuse(tensor, "is missing.");
  if (entry->second.size() != rank) {
    refuse(tensor, concat("has ", entry->second.size(), " dimensions; ", rank, " were expected."));
  }
  const std::int64_t found = entry->second[dimension];
  if (found < 1 || found > most) refuse(tensor, concat("has a side of ", found, ", which is not in 1..", most, "."));
  return static_cast<int>(found);
}

int ShapeReader::count(const std::string& before, const std::string& after, int most) const {
  int found = 0;
  while (has(concat(before, found, after))) {
    if (++found > most) refuse(concat(before, found - 1, after), concat("is one of more than ", most, "."));
  }
  if (found == 0) refuse(concat(before, 0, after), "is missing.");
  return found;
}

}  // namespace tstitch
