#include "core/image/resize.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/check.h"

namespace tstitch {

namespace {

constexpr int kChannels = 3;

/// Which source positions make one target position: `weights[k]` of `first + k`; they add up to 1.
struct Tap {
  int first;
  std::vector<float> weights;
};

Tap nearest_tap(double from, double to, int size) {
  return {std::clamp(static_cast<int>((from + to) / 2), 0, size - 1), {1.0F}};
}

Tap bilinear_tap(double from, double to, int size) {
  const double centre = std::clamp((from + to) / 2 - 0.5, 0.0, size - 1.0);
  const int first = std::min(static_cast<int>(centre), std::max(size - 2, 0));
  const auto share = static_cast<float>(centre - first);
  if (size == 1) return {0, {1.0F}};
  return {first, {1 - share, share}};
}

Tap area_tap(double from, double to, int size) {
  const int first = static_cast<int>(from);
  const int last = std::min(static_cast<int>(std::ceil(to)), size);
  Tap tap{first, {}};
  for (int i = first; i < last; ++i) {
    const double covered = std::min<double>(to, i + 1) - std::max<double>(from, i);
    tap.weights.push_back(static_cast<float>(covered / (to - from)));
  }
  return tap;
}

std::vector<Tap> taps(int source, int target, ResizeFilter filter) {
  std::vector<Tap> result;
  result.reserve(target);
  const double scale = static_cast<double>(source) / target;
  for (int i = 0; i < target; ++i) {
    const double from = i * scale, to = std::min<double>((i + 1) * scale, source);
    switch (filter) {
      case ResizeFilter::Nearest:
        result.push_back(nearest_tap(from, to, source));
        break;
      case ResizeFilter::Bilinear:
        result.push_back(bilinear_tap(from, to, source));
        break;
      case ResizeFilter::Area:
        result.push_back(area_tap(from, to, source));
        break;
    }
  }
  return result;
}

/// One row of the source at the target's width, as floats.
void resize_row(const std::uint8_t* row, const std::vector<Tap>& columns, std::vector<float>& out) {
  for (std::size_t x = 0; x < columns.size(); ++x) {
    for (int c = 0; c < kChannels; ++c) {
      float sum = 0;
      for (std::size_t k = 0; k < columns[x].weights.size(); ++k) {
        sum += columns[x].weights[k] * static_cast<float>(row[(columns[x].first + k) * kChannels + c]);
      }
      out[x * kChannels + c] = sum;
    }
  }
}

}  // namespace

Image resized(const Image& image, int width, int height, ResizeFilter filter) {
  TSTITCH_CHECK(width > 0 && height > 0 && image.width > 0 && image.height > 0, width, "x", height);
  const std::vector<Tap> columns = taps(image.width, width, filter);
  const std::vector<Tap> rows = taps(image.height, height, filter);
  Image result{width, height, std::vector<std::uint8_t>(std::size_t(width) * height * kChannels)};
  const std::size_t stride = std::size_t(width) * kChannels;
  std::vector<float> line(stride), sum(stride);
  for (int y = 0; y < height; ++y) {
    std::fill(sum.begin(), sum.end(), 0.0F);
    for (std::size_t k = 0; k < rows[y].weights.size(); ++k) {
      resize_row(image.rgb.data() + (rows[y].first + k) * image.width * kChannels, columns, line);
      for (std::size_t i = 0; i < stride; ++i) sum[i] += rows[y].weights[k] * line[i];
    }
    std::transform(sum.begin(), sum.end(), result.rgb.begin() + static_cast<std::ptrdiff_t>(y * stride),
                   [](float value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F)); });
  }
  return result;
}

Image thumbnail(const Image& image, int longest) {
  const int side = std::max(image.width, image.height);
  if (side <= longest) return image;
  const auto scaled = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(length) * longest / side)));
  };
  return resized(image, scaled(image.width), scaled(image.height), ResizeFilter::Area);
}

}  // namespace tstitch
