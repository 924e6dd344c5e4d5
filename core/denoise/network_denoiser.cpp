#include "core/denoise/network_denoiser.h"

#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/denoise/guidance.h"
#include "core/denoise/preconditioning.h"

namespace tstitch {
namespace {

/// One batch for all passes, unconditional first; undefined stays undefined.
at::Tensor batched(const at::Tensor& negative, const at::Tensor& positive, bool guided) {
  if (!guided || !positive.defined()) return positive;
  return at::cat({negative, positive});
}

}  // namespace

NetworkDenoiser::NetworkDenoiser(NetworkFunction network, const SchedulerConfig& own, const SchedulerConfig& run,
                                 double guidance, const Conditioning& conditioning)
    : network_(std::move(network)),
      schedule_(own),
      prediction_(own.prediction),
      shares_schedule_(schedule_ == NoiseSchedule(run)),
      guidance_(guidance),
      guided_(is_guided(guidance)) {
  TSTITCH_CHECK(conditioning.positive.defined());
  TSTITCH_CHECK(!guided_ || conditioning.negative.defined(), guidance);
  context_ = batched(conditioning.negative, conditioning.positive, guided_);
  pooled_ = batched(conditioning.negative_pooled, conditioning.positive_pooled, guided_);
  time_ids_ = batched(conditioning.time_ids, conditioning.time_ids, guided_);
}

Timestep NetworkDenoiser::own_timestep(const NoiseLevel& level) const {
  return shares_schedule_ ? level.timestep : schedule_.timestep_for(level.sigma());
}

at::Tensor NetworkDenoiser::denoise(const at::Tensor& x, const NoiseLevel& level, const std::stop_token& stop) const {
  stop_point(stop);
  const at::Tensor shown = network_input(prediction_, x, level);
  NetworkInput input;
  input.x = guided_ ? at::cat({shown, shown}) : shown;
  input.timestep = at::full({input.x.size(0)}, own_timestep(level).value, x.options());
  input.context = context_;
  input.pooled = pooled_;
  input.time_ids = time_ids_;
  at::Tensor output = network_(input, stop).to(at::kFloat);
  if (guided_) {
    const auto halves = output.chunk(2);
    output = guided(halves[0], halves[1], guidance_);
  }
  return denoised_from(prediction_, x, output, level);
}

}  // namespace tstitch
