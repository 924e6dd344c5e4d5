#include "core/image/fit.h"

#include <algorithm>
#include <cstdint>

#include "core/base/check.h"
#include "core/image/lanczos.h"

namespace tstitch {

namespace {

/// Whole pixels of a side that keeps the other's share: `other * side / of`, rounded down.
int in_proportion(int other, int side, int of) {
  return static_cast<int>(std::int64_t{other} * side / of);
}

/// Wider than that shape.
bool is_wider(const Image& image, int width, int height) {
  return std::int64_t{image.width} * height > std::int64_t{image.height} * width;
}

/// Copies the part that both have when `from`'s pixel (x, y) falls on `to`'s (x + left, y + top).
void paste(const Image& from, Image& to, int left, int top) {
  const int first = std::max(left, 0);
  const int count = std::min(left + from.width, to.width) - first;
  for (int y = std::max(top, 0); y < std::min(top + from.height, to.height); ++y) {
    const std::size_t source = (std::size_t(y - top) * from.width + (first - left)) * 3;
    const std::size_t target = (std::size_t(y) * to.width + first) * 3;
    std::copy_n(from.rgb.data() + source, std::size_t(std::max(count, 0)) * 3, to.rgb.data() + target);
  }
}

Image centred(const Image& image, int width, int height) {
  Image result{width, height, std::vector<std::uint8_t>(std::size_t(width) * height * 3)};
  paste(image, result, width / 2 - image.width / 2, height / 2 - image.height / 2);
  return result;
}

}  // namespace

Image cropped_to(const Image& image, int width, int height) {
  TSTITCH_CHECK(image.width > 0 && image.height > 0 && width > 0 && height > 0, width, "x", height);
  const bool wider = is_wider(image, width, height);
  const int covering_width = wider ? in_proportion(image.width, height, image.height) : width;
  const int covering_height = wider ? height : in_proportion(image.height, width, image.width);
  return centred(lanczos_resized(image, covering_width, covering_height), width, height);
}

InnerSides inner_sides(const Image& image, int width, int height) {
  TSTITCH_CHECK(image.width > 0 && image.height > 0 && width > 0 && height > 0, width, "x", height);
  if (is_wider(image, width, height)) return {width, std::max(in_proportion(image.height, width, image.width), 1)};
  return {std::max(in_proportion(image.width, height, image.height), 1), height};
}

Image with_borders(const Image& image, int width, int height) {
  TSTITCH_CHECK(image.width <= width && image.height <= height, width, "x", height);
  return centred(image, width, height);
}

}  // namespace tstitch
