#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/configs/dit_config.h"
#include "core/device/replayed_calls.h"
#include "core/nn/attention.h"
#include "core/nn/conv2d.h"
#include "core/nn/linear.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// What a DiT is conditioned on: the time's sinusoids through linear_1, silu, linear_2, plus the label's row of the
/// table. In fp32 whatever the compute type is. Holds plain tensors, because the diffusers layout has a copy of it in
/// every block and copies must be told from others.
class LabelTimeEmbedding {
 public:
  LabelTimeEmbedding(const WeightScope& at, std::int64_t width, std::int64_t labels);

  /// `sinusoids` [B, 256] fp32, `labels` [B] int64 -> [B, width] fp32.
  at::Tensor operator()(const at::Tensor& sinusoids, const at::Tensor& labels) const;

  [[nodiscard]] bool equals(const LabelTimeEmbedding& other) const;

  /// True when the tensors of one are there.
  static bool is_at(const WeightScope& at);

 private:
  at::Tensor weight_1_, bias_1_, weight_2_, bias_2_, table_;
};

/// One block of Peebles and Xie 2023, figure 3 ("adaLN-Zero"): attention and feed-forward, each on a norm that is
/// shifted and scaled by the condition and each gated by it.
class DitBlock {
 public:
  DitBlock(const WeightScope& at, const DitConfig& config);

  /// `x` [B, N, width], `condition` [B, width] after its silu -> [B, N, width].
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& condition) const;

 private:
  [[nodiscard]] at::Tensor attend(const at::Tensor& x) const;
  [[nodiscard]] at::Tensor feed_forward(const at::Tensor& x) const;

  Linear modulation_;
  Linear to_q_, to_k_, to_v_, to_out_;
  Linear ff_in_, ff_out_;
  AttentionOptions attention_;
  double feed_forward_norm_eps_;
};

/// The class-conditional diffusion transformer of Peebles and Xie 2023, with the tensor names of diffusers'
/// DiTTransformer2DModel. Original checkpoints come through the map of core/weights; they have one embedding for all
/// blocks, which is then found in the first.
class Dit {
 public:
  /// Takes every tensor of the checkpoint; the caller then asks the root for `require_complete`.
  Dit(const WeightScope& at, const DitConfig& config);

  /// `x` [B, in_channels, h, w] with sides that are multiples of patch_size, `timesteps` [B] (or [1] for all), `labels`
  /// [B] int64 in 0..classes (`classes` is the null class). Returns [B, out_channels, h, w] fp32: the noise and, where
  /// the network predicts it, its variance behind it. Throws Interrupted between blocks.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& labels,
                        const std::stop_token& stop) const;

  [[nodiscard]] const DitConfig& config() const { return config_; }
  /// Recordings of its evaluations, which go before its weights.
  [[nodiscard]] ReplayedCalls& replays() const { return *replays_; }

 private:
  struct StretchedPositions;  ///< of the other sizes that were asked for: a recording reads them where they are

  [[nodiscard]] std::vector<at::Tensor> conditions(const at::Tensor& timesteps, const at::Tensor& labels) const;
  [[nodiscard]] at::Tensor tokens(const at::Tensor& x) const;
  [[nodiscard]] at::Tensor positions(std::int64_t rows, std::int64_t columns) const;
  [[nodiscard]] at::Tensor picture(const at::Tensor& tokens, std::int64_t rows, std::int64_t columns) const;

  DitConfig config_;
  at::ScalarType type_;
  Conv2d patches_;
  at::Tensor positions_;  ///< [1, N, width] fp32, of latents of the size trained on
  std::shared_ptr<StretchedPositions> other_positions_;
  std::vector<LabelTimeEmbedding> embeddings_;  ///< one for all blocks, or one each
  std::vector<DitBlock> blocks_;
  Linear modulation_;
  Linear out_;
  std::unique_ptr<ReplayedCalls> replays_ = std::make_unique<ReplayedCalls>();
};

/// The fixed position embedding of a grid of rows x columns patches, [1, rows * columns, width] fp32: half of the
/// entries tell the column, half the row, each by sinusoids, sines first. Another grid than the one trained on
/// (`trained` x `trained`) is stretched over it, as diffusers does.
at::Tensor grid_positions(std::int64_t rows, std::int64_t columns, std::int64_t trained, std::int64_t width);

}  // namespace tstitch
