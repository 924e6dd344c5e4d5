#include "core/image/lanczos.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/base/check.h"

namespace tstitch {

namespace {

constexpr int kChannels = 3;
constexpr double kLobes = 3.0;

/// Weights are whole numbers of this many fractional bits: 32 less the 8 of a value and 2 of headroom.
constexpr int kFractionBits = 32 - 8 - 2;

double sinc(double x) {
  const double angle = x * std::numbers::pi;
  return x == 0.0 ? 1.0 : std::sin(angle) / angle;
}

double lanczos(double x) {
  return x >= -kLobes && x < kLobes ? sinc(x) * sinc(x / kLobes) : 0.0;
}

/// Which source positions make one target position: `weights[k]` of `first + k`.
struct Tap {
  int first;
  std::vector<std::int32_t> weights;
};

Tap tap_at(int target, double scale, int source) {
  const double widening = std::max(scale, 1.0);
  const double reach = kLobes * widening;
  const double centre = (target + 0.5) * scale;
  const int first = std::max(static_cast<int>(std::lround(centre - reach)), 0);
  const int last = std::min(static_cast<int>(std::lround(centre + reach)), source);
  std::vector<double> values;
  double sum = 0;
  for (int i = first; i < last; ++i) {
    // As the reference divides: by the reciprocal.
    values.push_back(lanczos((i - centre + 0.5) * (1.0 / widening)));
    sum += values.back();
  }
  Tap tap{first, {}};
  for (const double value : values) {
    tap.weights.push_back(static_cast<std::int32_t>(std::lround(value / sum * (1 << kFractionBits))));
  }
  return tap;
}

std::vector<Tap> taps(int source, int target) {
  std::vector<Tap> result;
  result.reserve(static_cast<std::size_t>(target));
  const double scale = static_cast<double>(source) / target;
  for (int i = 0; i < target; ++i) result.push_back(tap_at(i, scale, source));
  return result;
}

/// The weighted sum of values that lie `stride` bytes apart.
std::uint8_t weighted(const std::uint8_t* values, const std::vector<std::int32_t>& weights, std::size_t stride) {
  std::int32_t sum = 1 << (kFractionBits - 1);
  for (std::size_t k = 0; k < weights.size(); ++k) sum += weights[k] * values[k * stride];
  return static_cast<std::uint8_t>(std::clamp(sum >> kFractionBits, 0, 255));
}

Image with_width(const Image& image, int width) {
  if (width == image.width) return image;
  const std::vector<Tap> columns = taps(image.width, width);
  Image result{width, image.height, std::vector<std::uint8_t>(std::size_t(width) * image.height * kChannels)};
  std::uint8_t* out = result.rgb.data();
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = image.rgb.data() + std::size_t(y) * image.width * kChannels;
    for (const Tap& tap : columns) {
      for (int c = 0; c < kChannels; ++c)
        *out++ = weighted(row + std::size_t(tap.first) * kChannels + c, tap.weights, kChannels);
    }
  }
  return result;
}

Image with_height(const Image& image, int height) {
  if (height == image.height) return image;
  Image result{image.width, height, std::vector<std::uint8_t>(std::size_t(image.width) * height * kChannels)};
  const std::size_t stride = std::size_t(image.width) * kChannels;
  std::uint8_t* out = result.rgb.data();
  for (const Tap& tap : taps(image.height, height)) {
    const std::uint8_t* top = image.rgb.data() + tap.first * stride;
    for (std::size_t i = 0; i < stride; ++i) *out++ = weighted(top + i, tap.weights, stride);
  }
  return result;
}

}  // namespace

Image lanczos_resized(const Image& image, int width, int height) {
  TSTITCH_CHECK(width > 0 && height > 0 && image.width > 0 && image.height > 0, width, "x", height);
  return with_height(with_width(image, width), height);
}

}  // namespace tstitch
