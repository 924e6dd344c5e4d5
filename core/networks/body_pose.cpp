#include "core/networks/body_pose.h"

#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

constexpr std::array kGroupSizes{2, 2, 4, 2};
constexpr const char* kFeatures = "model0";

Conv2dShape square(std::int64_t in, std::int64_t out, std::int64_t kernel) {
  return {.in = in, .out = out, .kernel = kernel, .padding = kernel / 2};
}

/// Files saved from the whole network have a layer's part in front of its name.
WeightScope layer_at(const WeightScope& at, const std::string& part, const std::string& layer) {
  return (at / part / layer).has("weight") ? at / part / layer : at / layer;
}

/// A relu between layers and, if so, last.
at::Tensor apply(const std::vector<Conv2d>& layers, at::Tensor h, bool last_relu, const std::stop_token& stop) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    stop_point(stop);
    h = layers[i](h);
    if (last_relu || i + 1 < layers.size()) at::relu_(h);
  }
  return h;
}

}  // namespace

BodyPoseNetwork::BodyPoseNetwork(const WeightScope& at, const BodyPoseShape& shape) : type_(at.options().type) {
  std::int64_t in = 3;
  for (int group = 0; group < static_cast<int>(kGroupSizes.size()); ++group) {
    Layers layers;
    for (int i = 0; i < kGroupSizes[static_cast<std::size_t>(group)]; ++i) {
      const std::int64_t out = shape.vgg[static_cast<std::size_t>(group)];
      layers.emplace_back(layer_at(at, kFeatures, concat("conv", group + 1, "_", i + 1)), square(in, out, 3));
      in = out;
    }
    features_.push_back(std::move(layers));
  }
  features_.back().emplace_back(layer_at(at, kFeatures, "conv4_3_CPM"), square(in, shape.vgg[2], 3));
  features_.back().emplace_back(layer_at(at, kFeatures, "conv4_4_CPM"), square(shape.vgg[2], shape.stage, 3));
  for (int stage = 1; stage <= shape.stages; ++stage) {
    stages_.push_back({take_stage(at, stage, "L1", kFields, shape), take_stage(at, stage, "L2", kMaps, shape)});
  }
}

BodyPoseNetwork::Layers BodyPoseNetwork::take_stage(const WeightScope& at, int stage, const std::string& branch,
                                                    std::int64_t out, const BodyPoseShape& shape) {
  const std::int64_t width = shape.stage;
  const std::string part = concat("model", stage, "_", branch.back());
  Layers layers;
  if (stage == 1) {
    const auto place = [&](int i) { return layer_at(at, part, concat("conv5_", i, "_CPM_", branch)); };
    for (int i = 1; i <= 3; ++i) layers.emplace_back(place(i), square(width, width, 3));
    layers.emplace_back(place(4), square(width, shape.first_stage, 1));
    layers.emplace_back(place(5), square(shape.first_stage, out, 1));
    return layers;
  }
  const auto place = [&](int i) { return layer_at(at, part, concat("Mconv", i, "_stage", stage, "_", branch)); };
  layers.emplace_back(place(1), square(kFields + kMaps + width, width, 7));
  for (int i = 2; i <= 5; ++i) layers.emplace_back(place(i), square(width, width, 7));
  layers.emplace_back(place(6), square(width, width, 1));
  layers.emplace_back(place(7), square(width, out, 1));
  return layers;
}

BodyPoseNetwork::Output BodyPoseNetwork::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  TSTITCH_CHECK(picture.size(2) % kStride == 0 && picture.size(3) % kStride == 0, picture.size(3), "x",
                picture.size(2));
  const std::array<std::int64_t, 2> two{2, 2};
  at::Tensor features = picture.to(type_);
  for (std::size_t group = 0; group < features_.size(); ++group) {
    if (group > 0) features = at::max_pool2d(features, two, two);
    features = apply(features_[group], features, true, stop);
  }
  Output out;
  at::Tensor seen = features;
  for (const Stage& stage : stages_) {
    out = {apply(stage.fields, seen, false, stop), apply(stage.maps, seen, false, stop)};
    seen = at::cat({out.fields, out.maps, features}, 1);
  }
  return {out.fields.to(at::kFloat).contiguous(), out.maps.to(at::kFloat).contiguous()};
}

}  // namespace tstitch
