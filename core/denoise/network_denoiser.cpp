#include "core/denoise/network_denoiser.h"

#include <cmath>
#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/denoise/guidance.h"
#include "core/denoise/preconditioning.h"
#include "core/device/weighted_sum.h"

namespace tstitch {
namespace {

/// One batch for all passes, unconditional first; undefined stays undefined.
at::Tensor batched(const at::Tensor& negative, const at::Tensor& positive, bool guided) {
  if (!guided || !positive.defined()) return positive;
  return at::cat({negative, positive});
}

}  // namespace

NetworkDenoiser::NetworkDenoiser(NetworkFunction network, const SchedulerConfig& own, const SchedulerConfig& run,
                                 double guidance, const Conditioning& conditioning,
                                 std::optional<std::int64_t> guided_channels)
    : network_(std::move(network)),
      schedule_(own),
      prediction_(own.prediction),
      continuous_(own.continuous_timesteps && own.prediction == Prediction::V),
      shares_schedule_(schedule_ == NoiseSchedule(run) && own.continuous_timesteps == run.continuous_timesteps),
      guidance_(guidance),
      guided_(is_guided(guidance)),
      guided_channels_(guided_channels) {
  TSTITCH_CHECK(conditioning.positive.defined() != conditioning.positive_label.defined());
  TSTITCH_CHECK(!guided_ || conditioning.negative.defined() || conditioning.negative_label.defined(), guidance);
  label_ = batched(conditioning.negative_label, conditioning.positive_label, guided_);
  context_ = batched(conditioning.negative, conditioning.positive, guided_);
  pooled_ = batched(conditioning.negative_pooled, conditioning.positive_pooled, guided_);
  const at::Tensor& negative_ids = conditioning.negative_time_ids;
  time_ids_ = batched(negative_ids.defined() ? negative_ids : conditioning.time_ids, conditioning.time_ids, guided_);
}

Timestep NetworkDenoiser::own_timestep(const NoiseLevel& level) const {
  if (shares_schedule_) return level.timestep;
  return continuous_ ? Timestep{std::log(level.sigma().value) / 4.0} : schedule_.timestep_for(level.sigma());
}

at::Tensor NetworkDenoiser::guided_output(const at::Tensor& output, std::int64_t latent_channels) const {
  const std::vector<at::Tensor> halves = output.chunk(2);
  const std::int64_t count = guided_channels_.value_or(latent_channels);
  at::Tensor combined = guided(halves[0].narrow(1, 0, count), halves[1].narrow(1, 0, count), guidance_);
  if (count == output.size(1)) return combined;
  return at::cat({combined, halves[1].narrow(1, count, output.size(1) - count)}, 1);
}

Estimate NetworkDenoiser::denoise(const at::Tensor& x, const NoiseLevel& level, const std::stop_token& stop) const {
  stop_point(stop);
  const at::Tensor shown = network_input(prediction_, x, level);
  NetworkInput input;
  input.x = guided_ ? at::cat({shown, shown}) : shown;
  input.timestep = at::full({input.x.size(0)}, own_timestep(level).value, x.options());
  input.context = context_;
  input.pooled = pooled_;
  input.time_ids = time_ids_;
  input.label = label_;
  const at::Tensor output = network_(input, stop).to(at::kFloat);
  const std::int64_t channels = x.size(1);
  TSTITCH_CHECK(output.size(1) == channels || output.size(1) == 2 * channels, output.size(1), " of ", channels);
  const auto plain = [&] { return estimate_from(guided_ ? guided_output(output, channels) : output, x, level); };
  if (output.size(1) != channels || guided_channels_.value_or(channels) != channels) return plain();
  const DenoisedWeights weights = denoised_weights(prediction_, level);
  const std::vector<at::Tensor> halves = output.chunk(passes());  // unconditional first
  const WeightedPrediction said{halves.back(), guided_ ? halves.front() : at::Tensor(), guidance_, weights.of_output};
  return {weighted_sum({{x, weights.of_x}}, said, [&] { return plain().denoised; })};
}

Estimate NetworkDenoiser::estimate_from(const at::Tensor& output, const at::Tensor& x, const NoiseLevel& level) const {
  const std::int64_t channels = x.size(1);
  const bool has_variance = output.size(1) == 2 * channels;
  return {denoised_from(prediction_, x, output.narrow(1, 0, channels), level),
          has_variance ? output.narrow(1, channels, channels) : at::Tensor()};
}

}  // namespace tstitch
