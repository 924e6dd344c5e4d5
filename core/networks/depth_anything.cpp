#include "core/networks/depth_anything.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/upsample_bicubic2d.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/networks/picture_coder.h"

namespace tstitch {

DepthAnything::DepthAnything(const WeightScope& at, const DepthAnythingConfig& config)
    : config_(config),
      type_(at.options().type),
      patches_(
          at / "backbone" / "embeddings" / "patch_embeddings" / "projection",
          {.in = 3, .out = config.hidden_size, .kernel = config.patch_size, .stride = config.patch_size, .padding = 0}),
      class_token_((at / "backbone" / "embeddings").take("cls_token", {1, 1, config.hidden_size})),
      norm_(at / "backbone" / "layernorm", config.hidden_size, config.layer_norm_eps),
      coarsest_(at / "neck" / "reassemble_stage" / "layers" / 3 / "resize",
                {.in = config.neck_sizes[3], .out = config.neck_sizes[3], .stride = 2}),
      decoder_(at, {.in = config.neck_sizes,
                    .width = config.fusion_size,
                    .head_width = config.head_hidden_size,
                    .head_names = {"head.conv1", "head.conv2", "head.conv3"}}) {
  const std::int64_t side = config.image_size / config.patch_size;
  positions_ = (at / "backbone" / "embeddings").take("position_embeddings", {1, 1 + side * side, config.hidden_size});
  const VisionLayerShape shape{.width = config.hidden_size,
                               .heads = config.heads,
                               .widened = std::int64_t{config.mlp_ratio} * config.hidden_size,
                               .norm_eps = config.layer_norm_eps};
  const WeightScope layers = at / "backbone" / "encoder" / "layer";
  for (int i = 0; i < config.taps.back(); ++i) layers_.emplace_back(layers / i, kDinoNames, shape);
  for (int i = config.taps.back(); i < config.layers; ++i) layers.skip(concat(i));
  const WeightScope stage = at / "neck" / "reassemble_stage" / "layers";
  for (int i = 0; i < static_cast<int>(config.taps.size()); ++i) {
    const std::int64_t channels = config.neck_sizes[static_cast<std::size_t>(i)];
    projections_.emplace_back(stage / i / "projection", pointwise(config.hidden_size, channels));
  }
  for (int i = 0; i < static_cast<int>(growths_.size()); ++i) {
    const std::int64_t channels = config.neck_sizes[static_cast<std::size_t>(i)];
    const std::int64_t factor = i == 0 ? 4 : 2;
    const WeightScope resize = stage / i / "resize";
    growths_[static_cast<std::size_t>(i)] = {resize.take("weight", {channels, channels, factor, factor}),
                                             resize.take("bias", {channels})};
  }
}

at::Tensor DepthAnything::positions(std::int64_t rows, std::int64_t columns) const {
  const std::int64_t side = config_.image_size / config_.patch_size;
  if (rows == side && columns == side) return positions_;
  const at::Tensor grid = patches_of(positions_, side, side).to(at::kFloat);
  const at::Tensor own = at::upsample_bicubic2d(grid, std::array<std::int64_t, 2>{rows, columns}, false);
  return at::cat({positions_.narrow(1, 0, 1), own.flatten(2).transpose(1, 2).to(positions_.scalar_type())}, 1);
}

at::Tensor DepthAnything::feature(std::size_t i, const at::Tensor& tokens, std::int64_t rows,
                                  std::int64_t columns) const {
  at::Tensor h = projections_[i](patches_of(norm_(tokens), rows, columns));
  if (i == 3) return coarsest_(h);
  if (i == 2) return h;
  const std::int64_t factor = growths_[i].weight.size(2);
  return at::conv_transpose2d(h, growths_[i].weight, growths_[i].bias, std::array<std::int64_t, 2>{factor, factor});
}

at::Tensor DepthAnything::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  TSTITCH_CHECK(picture.size(2) % config_.patch_size == 0 && picture.size(3) % config_.patch_size == 0, picture.size(3),
                "x", picture.size(2));
  const std::int64_t rows = picture.size(2) / config_.patch_size;
  const std::int64_t columns = picture.size(3) / config_.patch_size;
  at::Tensor h = vision_tokens(patches_(picture.to(type_)), class_token_, positions(rows, columns));
  std::array<at::Tensor, 4> features;
  for (int i = 0; i < static_cast<int>(layers_.size()); ++i) {
    stop_point(stop);
    h = layers_[static_cast<std::size_t>(i)](h);
    for (std::size_t tap = 0; tap < features.size(); ++tap) {
      if (config_.taps[tap] == i + 1) features[tap] = feature(tap, h, rows, columns);
    }
  }
  return decoder_(features, picture.size(2), picture.size(3), stop);
}

}  // namespace tstitch
