#include "core/local_engine/source_part.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/ge.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/fit.h"
#include "core/image/lanczos.h"
#include "core/networks/tensor_image.h"

namespace tstitch {

namespace {

bool have_one_shape(const Image& a, const Image& b) {
  return static_cast<std::int64_t>(a.width) * b.height == static_cast<std::int64_t>(b.width) * a.height;
}

/// For every cell of a row or column of `values` the least of (distance to another cell)^2 + its value: one pass of the
/// exact squared Euclidean distance (Felzenszwalb and Huttenlocher 2012).
void spread_distances(std::vector<double>& values) {
  const int count = static_cast<int>(values.size());
  std::vector<int> places;   // of the parabolas that are lowest somewhere
  std::vector<double> from;  // where each of them begins to be
  const std::vector<double> heights = values;
  const auto height = [&](int place) { return heights[static_cast<std::size_t>(place)]; };
  const auto crossing = [&](int left, int right) {
    return ((height(right) + right * right) - (height(left) + left * left)) / (2.0 * (right - left));
  };
  for (int place = 0; place < count; ++place) {
    if (std::isinf(height(place))) continue;
    while (!places.empty() && crossing(places.back(), place) <= from.back()) {
      places.pop_back();
      from.pop_back();
    }
    from.push_back(places.empty() ? -std::numeric_limits<double>::infinity() : crossing(places.back(), place));
    places.push_back(place);
  }
  if (places.empty()) return;
  std::size_t lowest = 0;
  for (int at = 0; at < count; ++at) {
    while (lowest + 1 < places.size() && from[lowest + 1] <= at) ++lowest;
    const double away = at - places[lowest];
    values[static_cast<std::size_t>(at)] = away * away + height(places[lowest]);
  }
}

/// Squared distances of all pixels to the nearest that is 1, row by row; infinite where there is none.
std::vector<double> squared_distances(const float* mask, int width, int height) {
  std::vector<double> all(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = mask[i] > 0 ? 0.0 : std::numeric_limits<double>::infinity();
  const auto pass = [&](std::size_t start, std::size_t stride, int count) {
    std::vector<double> line(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < line.size(); ++i) line[i] = all[start + i * stride];
    spread_distances(line);
    for (std::size_t i = 0; i < line.size(); ++i) all[start + i * stride] = line[i];
  };
  const auto wide = static_cast<std::size_t>(width), high = static_cast<std::size_t>(height);
  for (std::size_t row = 0; row < high; ++row) pass(row * wide, 1, width);
  for (std::size_t column = 0; column < wide; ++column) pass(column, wide, height);
  return all;
}

}  // namespace

SourcePart read_source_part(const SourceChoice& choice, PictureShelf& pictures) {
  SourcePart part;
  const PictureShelf::Read picture = pictures.read(choice.picture.location);
  part.picture = picture.image;
  part.picture_file = picture.file;
  if (!choice.mask) return part;
  const PictureShelf::Read mask = pictures.read(choice.mask->location);
  part.mask = mask.image;
  part.mask_file = mask.file;
  return part;
}

Extent own_extent(const SourceChoice& choice, const Image& picture, int multiple) {
  const Extent extent{picture.width / multiple * multiple, picture.height / multiple * multiple};
  if (extent.width > 0 && extent.height > 0) return extent;
  throw BadInput(concat("is ", picture.width, "x", picture.height, " pixels, and a picture has at least ", multiple,
                        "x", multiple, "."),
                 choice.picture.location.string(), "Give the size that it is to be brought to by --size.");
}

Image fitted_source(const Image& picture, const Extent& extent) {
  if (picture.width == extent.width && picture.height == extent.height) return picture;
  return cropped_to(picture, extent.width, extent.height);
}

at::Tensor fitted_mask(const SourcePart& source, const Extent& extent) {
  const Image& picture = *source.picture;
  const Image run_shape{extent.width, extent.height, {}};
  const Image& mask = *source.mask;
  const bool is_cut = !have_one_shape(picture, run_shape);
  const bool fits_picture = have_one_shape(mask, picture);
  const Image shaped = is_cut && !fits_picture ? lanczos_resized(mask, picture.width, picture.height) : mask;
  const Image fitted = is_cut ? fitted_source(shaped, extent) : lanczos_resized(shaped, extent.width, extent.height);
  constexpr double kHalf = 0.5;
  return at::ge(grey_tensor(fitted), kHalf).to(at::kFloat);
}

Image pasted_back(const Image& made, const Image& source, const at::Tensor& mask, int feather) {
  const at::Tensor plain = mask.contiguous();
  const std::vector<double> distances = squared_distances(plain.const_data_ptr<float>(), made.width, made.height);
  Image pasted = source;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const double share = std::max(0.0, 1.0 - std::sqrt(distances[i]) / feather);
    if (share <= 0.0) continue;
    for (std::size_t channel = 3 * i; channel < 3 * i + 3; ++channel) {
      const double mixed = share * made.rgb[channel] + (1.0 - share) * source.rgb[channel];
      pasted.rgb[channel] = static_cast<std::uint8_t>(std::lround(mixed));
    }
  }
  return pasted;
}

}  // namespace tstitch
