#include "core/networks/residual_map.h"

#include <algorithm>
#include <utility>

#include <ATen/TensorOperators.h>

namespace tstitch {
namespace {

/// Where a skip comes from: conv_in is layer 0 of level -1, a downsampler the layer `kDownsampler` of its level.
struct SkipPlace {
  int level;
  int layer;
  std::int64_t channels;
};

constexpr int kDownsampler = -1;

std::vector<SkipPlace> skip_places(const UnetConfig& config) {
  std::vector<SkipPlace> places{{-1, 0, config.down.front().channels}};
  for (std::size_t i = 0; i < config.down.size(); ++i) {
    const UnetLevel& level = config.down[i];
    const int number = static_cast<int>(i);
    for (int layer = 0; layer < level.layers; ++layer) places.push_back({number, layer, level.channels});
    if (i + 1 < config.down.size()) places.push_back({number, kDownsampler, level.channels});
  }
  return places;
}

std::optional<std::size_t> index_of(const SkipPlace& wanted, const std::vector<SkipPlace>& places) {
  const auto found = std::find_if(places.begin(), places.end(), [&](const SkipPlace& place) {
    return place.level == wanted.level && place.layer == wanted.layer && place.channels == wanted.channels;
  });
  if (found == places.end()) return std::nullopt;
  return static_cast<std::size_t>(found - places.begin());
}

at::Tensor sum_of(const at::Tensor& a, const at::Tensor& b) {
  if (!a.defined()) return b;
  return b.defined() ? a + b : a;
}

void add_each(std::vector<at::Tensor>& sum, const std::vector<at::Tensor>& more) {
  if (sum.size() < more.size()) sum.resize(more.size());
  for (std::size_t i = 0; i < more.size(); ++i) sum[i] = sum_of(sum[i], more[i]);
}

}  // namespace

bool ResidualMap::empty() const {
  return !middle && std::none_of(skips.begin(), skips.end(), [](const auto& source) { return source.has_value(); });
}

bool ResidualMap::identity() const {
  if (!middle) return false;
  for (std::size_t i = 0; i < skips.size(); ++i) {
    if (skips[i] != i) return false;
  }
  return true;
}

std::string ResidualMap::name() const {
  return identity() ? "identity" : "first-layers";
}

UnetResiduals ResidualMap::operator()(const UnetResiduals& residuals, double scale) const {
  UnetResiduals mapped;
  for (const std::optional<std::size_t>& source : skips) {
    mapped.skips.push_back(source ? residuals.skips.at(*source) * scale : at::Tensor());
  }
  if (middle) mapped.middle = residuals.middle * scale;
  return mapped;
}

ResidualMap residual_map(const UnetConfig& control, const UnetConfig& unet) {
  const std::vector<SkipPlace> sources = skip_places(control);
  ResidualMap map;
  for (const SkipPlace& place : skip_places(unet)) map.skips.push_back(index_of(place, sources));
  map.middle = control.down.size() == unet.down.size() && control.down.back().channels == unet.down.back().channels;
  return map;
}

void add_residuals(UnetResiduals& sum, const UnetResiduals& more) {
  add_each(sum.skips, more.skips);
  add_each(sum.levels, more.levels);
  sum.middle = sum_of(sum.middle, more.middle);
}

}  // namespace tstitch
