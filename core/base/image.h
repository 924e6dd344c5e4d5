#pragma once

#include <cstdint>
#include <vector>

namespace tstitch {

/// An owned picture: 8-bit RGB, row by row from the top, no padding; `rgb.size() == width * height * 3`.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;

  friend bool operator==(const Image&, const Image&) = default;
};

}  // namespace tstitch
