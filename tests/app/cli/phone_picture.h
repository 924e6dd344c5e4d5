#pragma once

#include <cstddef>
#include <string>

#include "core/image/png.h"

namespace tstitch::test {

/// What a telephone held upright saves: the picture on its side, and a note (EXIF orientation 6) to turn it.
inline std::string on_its_side(const Image& image) {
  Image turned{image.height, image.width, {}};
  for (int y = 0; y < turned.height; ++y) {
    for (int x = 0; x < turned.width; ++x) {
      const std::size_t from = (std::size_t(x) * image.width + (image.width - 1 - y)) * 3;
      for (std::size_t c = 0; c < 3; ++c) turned.rgb.push_back(image.rgb[from + c]);
    }
  }
  const std::string note(
      "\0\0\0\x1A\x65XIfII*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"
      "\xB7\x48\x11\x29",
      38);
  std::string file = encode_png(turned, {});
  constexpr std::size_t kAfterHeader = 8 + 25;
  return file.insert(kAfterHeader, note);
}

}  // namespace tstitch::test
