#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// What lines of "name side side ..." list: a small text stands for the header of a file of weights.
inline TensorShapes listed_shapes(std::string_view text) {
  TensorShapes shapes;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> words = split(line, ' ');
    std::vector<std::int64_t> shape;
    for (std::size_t i = 1; i < words.size(); ++i) {
      std::int64_t side = 0;
      for (const char c : words[i].substr(0, 9)) side = side * 10 + (c >= '0' && c <= '9' ? c - '0' : 0);
      shape.push_back(side);
    }
    shapes[words.front()] = shape;
  }
  return shapes;
}

}  // namespace tstitch
