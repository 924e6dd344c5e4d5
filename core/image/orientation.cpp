#include "core/image/orientation.h"

#include <algorithm>
#include <utility>

namespace tstitch {

namespace {

struct Place {
  int x, y;
};

/// Where the pixel that is seen at `seen` lies in a stored image of that size.
Place stored_place(Place seen, int width, int height, int orientation) {
  const auto [x, y] = seen;
  switch (orientation) {
    case 2:
      return {width - 1 - x, y};
    case 3:
      return {width - 1 - x, height - 1 - y};
    case 4:
      return {x, height - 1 - y};
    case 5:
      return {y, x};
    case 6:
      return {y, height - 1 - x};
    case 7:
      return {width - 1 - y, height - 1 - x};
    case 8:
      return {width - 1 - y, x};
    default:
      return seen;
  }
}

}  // namespace

Image turned(Image image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  Image result{image.width, image.height, {}};
  if (orientation >= 5) std::swap(result.width, result.height);
  result.rgb.resize(image.rgb.size());
  if (image.rgb.empty()) return result;
  std::uint8_t* out = result.rgb.data();
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      const Place from = stored_place({x, y}, image.width, image.height, orientation);
      const std::uint8_t* pixel = image.rgb.data() + (std::size_t(from.y) * image.width + from.x) * 3;
      out = std::copy_n(pixel, 3, out);
    }
  }
  return result;
}

Picture upright(Picture picture) {
  picture.image = turned(std::move(picture.image), picture.orientation);
  picture.orientation = 1;
  return picture;
}

}  // namespace tstitch
