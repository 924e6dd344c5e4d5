#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/configs/model_config.h"
#include "core/networks/timestep_embedding.h"
#include "core/networks/unet_blocks.h"
#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// What some families are conditioned on besides time and text; undefined where a family has none.
struct UnetExtras {
  at::Tensor pooled;              ///< [B, pooled width] of the text encoder (text_time)
  at::Tensor time_ids;            ///< [B, 6]: original height, width, crop top, left, target height, width (text_time)
  at::Tensor guidance_embedding;  ///< [B, time_cond_proj_dim] (LCM); undefined does as if there were no cond_proj
  ContextKeys* context_keys = nullptr;  ///< of whoever asks with this context again and again
};

/// What the blocks of such a U-Net have in common.
UnetBlockSettings unet_block_settings(const UnetConfig& config);

/// The embeddings of a U-Net and its way down to the middle, which ControlNets share.
class UnetEncoder {
 public:
  UnetEncoder(const WeightScope& at, const UnetConfig& config);

  /// `timesteps` [B] (or [1] for all), `context` [B, tokens, width], any floating type; B = `batch`.
  [[nodiscard]] UnetConditioning conditioning(const at::Tensor& timesteps, const at::Tensor& context,
                                              const UnetExtras& extras, std::int64_t batch) const;

  /// What is added on the way.
  struct Additions {
    at::Tensor hint = {};                 ///< [B or 1, channels of conv_in, h, w], after conv_in; may be undefined
    std::vector<at::Tensor> levels = {};  ///< UnetResiduals::levels
  };

  struct Output {
    at::Tensor middle;
    std::vector<at::Tensor> skips;  ///< conv_in's first
  };

  /// `x` [B, in_channels, h, w] of the compute type. Throws Interrupted between layers.
  [[nodiscard]] Output operator()(const at::Tensor& x, const UnetConditioning& conditioning, const Additions& additions,
                                  const std::stop_token& stop) const;

  /// Widths of the skips.
  [[nodiscard]] const std::vector<std::int64_t>& skip_channels() const { return skip_channels_; }

 private:
  void build_down(const WeightScope& at, const UnetBlockSettings& settings);
  [[nodiscard]] at::Tensor text_time_embedding(const UnetExtras& extras) const;

  UnetConfig config_;
  at::ScalarType type_;
  Conv2d conv_in_;
  TimestepEmbedding time_embedding_;
  std::optional<TimestepEmbedding> add_embedding_;
  std::vector<UnetDownBlock> down_blocks_;
  std::optional<UnetMidStage> mid_block_;
  std::vector<std::int64_t> skip_channels_;
};

}  // namespace tstitch
