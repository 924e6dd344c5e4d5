#include "core/networks/dpt_depth.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/networks/picture_coder.h"

namespace tstitch {
namespace {

std::int64_t token_count(const DptConfig& config) {
  const std::int64_t side = config.image_size / config.patch_size;
  return 1 + side * side;
}

/// The decoder's features are the backbone's first two stages (0 and 1) and the transformer's two taps (2 and 3).
constexpr int kFirstTap = 2;

}  // namespace

at::Tensor DptDepth::Readout::operator()(const at::Tensor& tokens, std::int64_t side) const {
  const at::Tensor patches = tokens.narrow(1, 1, tokens.size(1) - 1);
  const at::Tensor class_token = tokens.narrow(1, 0, 1).expand_as(patches);
  const at::Tensor read = at::gelu(project(at::cat({patches, class_token}, -1)));
  return projection(read.transpose(1, 2).unflatten(2, {side, side}));
}

DptDepth::DptDepth(const WeightScope& at, const DptConfig& config)
    : config_(config),
      type_(at.options().type),
      backbone_(at / "dpt" / "embeddings" / "backbone", config.backbone),
      projection_(at / "dpt" / "embeddings" / "projection",
                  pointwise(config.backbone.hidden_sizes.back(), config.hidden_size)),
      class_token_((at / "dpt" / "embeddings").take("cls_token", {1, 1, config.hidden_size})),
      positions_((at / "dpt" / "embeddings").take("position_embeddings", {1, token_count(config), config.hidden_size})),
      readouts_{take_readout(at, config, kFirstTap), take_readout(at, config, kFirstTap + 1)},
      coarsest_(at / "neck" / "reassemble_stage" / "layers" / 3 / "resize",
                {.in = config.neck_sizes[3], .out = config.neck_sizes[3], .stride = 2}),
      decoder_(at, {.in = config.neck_sizes,
                    .width = config.fusion_size,
                    .head_names = {"head.head.0", "head.head.2", "head.head.4"}}) {
  const WeightScope layers = at / "dpt" / "encoder" / "layer";
  const VisionLayerShape shape{.width = config.hidden_size,
                               .heads = config.heads,
                               .widened = config.intermediate_size,
                               .norm_eps = config.layer_norm_eps};
  // The layers behind the last tap and the norm behind them all change nothing that is decoded.
  for (int i = 0; i <= config.taps.back(); ++i) layers_.emplace_back(layers / i, kVitNames, shape);
  for (int i = config.taps.back() + 1; i < config.layers; ++i) layers.skip(concat(i));
  (at / "dpt").skip("layernorm");
}

DptDepth::Readout DptDepth::take_readout(const WeightScope& at, const DptConfig& config, int level) {
  const WeightScope stage = at / "neck" / "reassemble_stage";
  return {Linear(stage / "readout_projects" / level / 0, std::int64_t{2} * config.hidden_size, config.hidden_size),
          Conv2d(stage / "layers" / level / "projection",
                 pointwise(config.hidden_size, config.neck_sizes[static_cast<std::size_t>(level)]))};
}

at::Tensor DptDepth::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  TSTITCH_CHECK(picture.size(2) == config_.image_size && picture.size(3) == config_.image_size, picture.size(3), "x",
                picture.size(2), " for ", config_.image_size);
  const std::vector<at::Tensor> stages = backbone_(picture.to(type_), stop);
  std::array<at::Tensor, 4> features{stages[0], stages[1]};
  const std::int64_t side = config_.image_size / config_.patch_size;
  at::Tensor h = vision_tokens(projection_(stages.back()), class_token_, positions_);
  for (int i = 0; i < static_cast<int>(layers_.size()); ++i) {
    stop_point(stop);
    h = layers_[static_cast<std::size_t>(i)](h);
    for (std::size_t tap = 0; tap < readouts_.size(); ++tap) {
      if (config_.taps[tap] == i) features[kFirstTap + tap] = readouts_[tap](h, side);
    }
  }
  features[3] = coarsest_(features[3]);
  return decoder_(features, picture.size(2), picture.size(3), stop);
}

}  // namespace tstitch
