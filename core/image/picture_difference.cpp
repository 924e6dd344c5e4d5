#include "core/image/picture_difference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

constexpr int kWindow = 7;
constexpr int kChannels = 3;
constexpr double kWindowSize = kWindow * kWindow;
constexpr double kRange = 255;
constexpr double kMeanGuard = 0.01 * kRange * 0.01 * kRange;
constexpr double kSpreadGuard = 0.03 * kRange * 0.03 * kRange;

void require_comparable(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height) {
    throw UsageError(concat("pictures of one size can be compared, and these have ", a.width, "x", a.height, " and ",
                            b.width, "x", b.height, " pixels."));
  }
  if (a.rgb.empty()) throw UsageError("a picture without pixels cannot be compared.");
}

double mean_squared_difference(const Image& a, const Image& b) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) {
    const int difference = int(a.rgb[i]) - int(b.rgb[i]);
    sum += static_cast<std::uint64_t>(difference * difference);
  }
  return static_cast<double>(sum) / static_cast<double>(a.rgb.size());
}

/// Sums over some pixels of two pictures; exact.
struct Sums {
  std::int64_t a = 0, b = 0, aa = 0, bb = 0, ab = 0;

  void add(std::int64_t x, std::int64_t y, int sign) {
    a += sign * x;
    b += sign * y;
    aa += sign * x * x;
    bb += sign * y * y;
    ab += sign * x * y;
  }
  void add(const Sums& other, int sign) {
    a += sign * other.a;
    b += sign * other.b;
    aa += sign * other.aa;
    bb += sign * other.bb;
    ab += sign * other.ab;
  }
};

/// The similarity of one window from its sums; Wang et al. 2004, eq. 13.
double similarity(const Sums& sums) {
  const double mean_a = static_cast<double>(sums.a) / kWindowSize;
  const double mean_b = static_cast<double>(sums.b) / kWindowSize;
  const auto covariance = [](std::int64_t product, std::int64_t x, std::int64_t y) {
    return (kWindowSize * static_cast<double>(product) - static_cast<double>(x) * static_cast<double>(y)) /
           (kWindowSize * (kWindowSize - 1));
  };
  const double spread = covariance(sums.aa, sums.a, sums.a) + covariance(sums.bb, sums.b, sums.b) + kSpreadGuard;
  const double together = 2 * covariance(sums.ab, sums.a, sums.b) + kSpreadGuard;
  return (2 * mean_a * mean_b + kMeanGuard) * together / ((mean_a * mean_a + mean_b * mean_b + kMeanGuard) * spread);
}

/// Adds one row of one channel to the sums of its columns, or takes it away.
void add_row(std::vector<Sums>& columns, const Image& a, const Image& b, int row, int channel, int sign) {
  const std::size_t width = columns.size();
  for (std::size_t x = 0; x < width; ++x) {
    const std::size_t at = (std::size_t(row) * width + x) * kChannels + std::size_t(channel);
    columns[x].add(a.rgb[at], b.rgb[at], sign);
  }
}

double sum_of_windows(const std::vector<Sums>& columns) {
  double sum = 0;
  Sums window;
  for (std::size_t x = 0; x < columns.size(); ++x) {
    window.add(columns[x], 1);
    if (x >= kWindow) window.add(columns[x - kWindow], -1);
    if (x + 1 >= kWindow) sum += similarity(window);
  }
  return sum;
}

double channel_similarity(const Image& a, const Image& b, int channel) {
  std::vector<Sums> columns(static_cast<std::size_t>(a.width));
  double sum = 0;
  for (int row = 0; row < a.height; ++row) {
    add_row(columns, a, b, row, channel, 1);
    if (row >= kWindow) add_row(columns, a, b, row - kWindow, channel, -1);
    if (row + 1 >= kWindow) sum += sum_of_windows(columns);
  }
  return sum / (double(a.width - kWindow + 1) * double(a.height - kWindow + 1));
}

/// Black over violet and red to a light yellow, ever lighter, so that it reads without colours, too.
std::array<std::uint8_t, kChannels> heat(double share) {
  constexpr std::array<std::array<double, kChannels>, 5> kStops{
      {{10, 10, 24}, {92, 30, 120}, {205, 62, 78}, {248, 160, 56}, {254, 250, 200}}};
  const double place = share * double(kStops.size() - 1);
  const auto from = std::min(static_cast<std::size_t>(place), kStops.size() - 2);
  std::array<std::uint8_t, kChannels> colour{};
  for (std::size_t c = 0; c < kChannels; ++c) {
    const double value = kStops[from][c] + (kStops[from + 1][c] - kStops[from][c]) * (place - double(from));
    colour[c] = static_cast<std::uint8_t>(std::lround(value));
  }
  return colour;
}

}  // namespace

PictureDifference picture_difference(const Image& a, const Image& b) {
  require_comparable(a, b);
  const double squared = mean_squared_difference(a, b);
  PictureDifference difference;
  difference.rms = std::sqrt(squared) / kRange;
  difference.psnr = squared == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(kRange * kRange / squared);
  if (std::min(a.width, a.height) < kWindow) return difference;
  double sum = 0;
  for (int channel = 0; channel < kChannels; ++channel) sum += channel_similarity(a, b, channel);
  difference.ssim = sum / kChannels;
  return difference;
}

DifferenceMap difference_map(const Image& a, const Image& b) {
  require_comparable(a, b);
  std::vector<int> apart(a.rgb.size() / kChannels);
  for (std::size_t i = 0; i < a.rgb.size(); ++i) {
    apart[i / kChannels] = std::max(apart[i / kChannels], std::abs(int(a.rgb[i]) - int(b.rgb[i])));
  }
  DifferenceMap map{{a.width, a.height, {}}, *std::max_element(apart.begin(), apart.end())};
  map.image.rgb.reserve(a.rgb.size());
  for (const int difference : apart) {
    const auto colour = heat(map.greatest == 0 ? 0 : double(difference) / map.greatest);
    map.image.rgb.insert(map.image.rgb.end(), colour.begin(), colour.end());
  }
  return map;
}

}  // namespace tstitch
