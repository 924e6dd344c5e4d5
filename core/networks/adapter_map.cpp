#include "core/networks/adapter_map.h"

#include <algorithm>

#include <ATen/TensorOperators.h>

#include "core/base/check.h"
#include "core/base/text.h"

namespace tstitch {

std::vector<FeatureShape> features_of(const AdapterConfig& adapter) {
  std::vector<FeatureShape> features;
  for (const AdapterBlock& block : adapter.blocks()) features.push_back({block.out, block.stride});
  return features;
}

std::vector<FeatureShape> feature_places(const UnetConfig& unet, int factor) {
  std::vector<FeatureShape> places;
  int stride = factor;
  for (std::size_t i = 0; i < unet.down.size(); ++i) {
    const UnetLevel& level = unet.down[i];
    const int halved = i + 1 < unet.down.size() ? 2 * stride : stride;
    // A level with attention takes its feature before it halves what it has, a plain one behind that.
    places.push_back({level.channels, level.block == UnetBlock::CrossAttention ? stride : halved});
    stride = halved;
  }
  if (unet.mid != UnetMidBlock::None) places.push_back({unet.down.back().channels, stride});
  return places;
}

std::string text_of(std::span<const FeatureShape> shapes) {
  std::vector<std::string> texts;
  for (const FeatureShape& shape : shapes) texts.push_back(concat(shape.channels, " at 1/", shape.stride));
  return join(texts, ", ");
}

UnetResiduals AdapterMap::operator()(const std::vector<at::Tensor>& made, double scale) const {
  TSTITCH_CHECK(made.size() == features, made.size(), " ", features);
  UnetResiduals residuals;
  for (std::size_t i = 0; i < levels; ++i) residuals.levels.push_back(made[i] * scale);
  if (middle) residuals.middle = made[levels] * scale;
  return residuals;
}

AdapterMap adapter_map(const AdapterConfig& adapter, const UnetConfig& unet, int factor) {
  const std::vector<FeatureShape> features = features_of(adapter);
  const std::vector<FeatureShape> places = feature_places(unet, factor);
  AdapterMap map{features.size(), 0, false};
  const std::size_t paired = std::min(features.size(), unet.down.size());
  if (!std::equal(features.begin(), features.begin() + static_cast<std::ptrdiff_t>(paired), places.begin())) return map;
  map.levels = paired;
  map.middle = features.size() > paired && places.size() > paired && features[paired] == places[paired];
  return map;
}

}  // namespace tstitch
