#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "core/denoise/denoiser.h"

namespace tstitch {

/// What a network is asked: everything has the same batch B, 2 (unconditional, conditional) with guidance, else 1.
struct NetworkInput {
  at::Tensor x;         ///< [B, C, h, w]
  at::Tensor timestep;  ///< [B], fp32; fractional where the sigma lies between two entries
  at::Tensor context;   ///< [B, tokens, width]; undefined where the conditioning is a label
  at::Tensor pooled;    ///< [B, pooled]; undefined where the conditioning has none
  at::Tensor time_ids;  ///< [B, 6] or [B, 5]; undefined where the conditioning has none
  at::Tensor label;     ///< [B] int64; undefined where the conditioning has none
};

/// The raw network: predicts [B, C, h, w] in its own prediction type, or [B, 2C, h, w] where the range of its variance
/// (Estimate::variance_range) follows. Throws Interrupted when `stop` is asked for.
using NetworkFunction = std::function<at::Tensor(const NetworkInput& input, const std::stop_token& stop)>;

/// A network as a denoiser of a run: finds its timestep for the run's level, makes one or two passes, guides the raw
/// outputs as diffusers does, and turns the result into the denoised estimate.
class NetworkDenoiser final : public Denoiser {
 public:
  /// `run` is the noise schedule of the run (the large model's): where the network's own is equal, the run's timesteps
  /// are its own; else the timestep with the same sigma is taken. With `guidance` > 1 the conditioning needs its
  /// negative half; without one the guidance is not used. `guided_channels` limits it to the first so many latent
  /// channels: the original DiT guides 3 of 4; the others, like the variance, stay those of the conditional pass.
  NetworkDenoiser(NetworkFunction network, const SchedulerConfig& own, const SchedulerConfig& run, double guidance,
                  const Conditioning& conditioning, std::optional<std::int64_t> guided_channels = std::nullopt);

  [[nodiscard]] Estimate denoise(const at::Tensor& x, const NoiseLevel& level,
                                 const std::stop_token& stop) const override;

  /// Passes of the network in one evaluation: the batch of NetworkInput.
  [[nodiscard]] int passes() const { return guided_ ? 2 : 1; }

 private:
  [[nodiscard]] Timestep own_timestep(const NoiseLevel& level) const;
  [[nodiscard]] Estimate estimate_from(const at::Tensor& output, const at::Tensor& x, const NoiseLevel& level) const;
  [[nodiscard]] at::Tensor guided_output(const at::Tensor& output, std::int64_t latent_channels) const;

  NetworkFunction network_;
  NoiseSchedule schedule_;
  Prediction prediction_;
  bool continuous_;
  bool shares_schedule_;
  double guidance_;
  bool guided_;
  std::optional<std::int64_t> guided_channels_;
  at::Tensor context_;   ///< [passes, tokens, width]
  at::Tensor pooled_;    ///< [passes, pooled] or undefined
  at::Tensor time_ids_;  ///< [passes, 6] or undefined
  at::Tensor label_;     ///< [passes] or undefined
};

}  // namespace tstitch
