#include "core/local_engine/run_denoisers.h"

#include <algorithm>
#include <map>
#include <utility>

#include <ATen/ops/cat.h>

#include "core/base/check.h"
#include "core/denoise/class_conditioning.h"
#include "core/denoise/extra_conditions.h"
#include "core/denoise/guidance.h"
#include "core/denoise/network_denoiser.h"
#include "core/device/crossing.h"

namespace tstitch {

namespace {

/// A ControlNet at work on one U-Net.
struct ActingControlNet {
  std::shared_ptr<const ControlNet> network;
  at::Tensor hint;
  ResidualMap map;
  double scale;
};

/// The controls that act at some evaluation.
struct ActingControls {
  std::vector<ActingControlNet> nets;
  UnetResiduals adapters;  ///< the sum of what T2I-Adapters add

  [[nodiscard]] bool act() const {
    return !nets.empty() || adapters.middle.defined() || !adapters.skips.empty() || !adapters.levels.empty();
  }
};

double guidance_of(const ResolvedRun& run, const Segment& segment) {
  return segment.guidance.value_or(run.request.guidance_scale);
}

/// Whether the segment's network is told the guidance instead of being asked twice (core/denoise/README.md).
bool embeds_guidance(const ResolvedRun& run, const DenoiserName& denoiser) {
  const auto* unet = std::get_if<UnetConfig>(&run.models.at(denoiser).network);
  return unet != nullptr && unet->time_cond_proj_dim && run.request.guidance_embedding == GuidanceEmbedding::Auto;
}

/// How many latent channels a transformer's guidance acts on; none = all.
std::optional<std::int64_t> guided_channels(const ResolvedRun& run, const DenoiserNetwork& network) {
  const auto* dit = std::get_if<std::shared_ptr<const Dit>>(&network);
  if (dit == nullptr || run.request.guided_channels != GuidedChannels::Three) return std::nullopt;
  return std::min<std::int64_t>(kOriginalGuidedChannels, (*dit)->config().in_channels);
}

Conditioning on_device(Conditioning told, at::Device device) {
  for (at::Tensor* each : {&told.positive, &told.negative, &told.positive_pooled, &told.negative_pooled, &told.time_ids,
                           &told.negative_time_ids, &told.positive_label, &told.negative_label}) {
    *each = to_device(*each, device, Crossing::Start);
  }
  return told;
}

/// What a U-Net is told beside the latents and the text.
struct Told {
  at::Tensor guidance;    ///< undefined where it is asked twice instead
  at::Tensor inpainting;  ///< undefined unless it inpaints
};

using Warn = std::function<void(const std::string& line)>;
using Tensors = std::vector<at::Tensor>;

/// The places of what a U-Net is asked in a list of tensors.
enum UnetInput : std::size_t { kX, kTimestep, kContext, kPooled, kTimeIds, kGuidance, kInpainting };

/// A U-Net without controls as a function of all that it is told (UnetInput). Keys of the text are made once for the
/// same text.
ReplayableCall unet_call(const Unet& unet) {
  const auto keys = std::make_shared<ContextKeys>();
  const auto call = [&unet, keys](const Tensors& in, const std::stop_token& stop) {
    const at::Tensor& x = in[kX];
    const at::Tensor& more = in[kInpainting];
    const at::Tensor shown = more.defined() ? at::cat({x, more.expand({x.size(0), -1, -1, -1})}, 1) : x;
    const UnetExtras extras{in[kPooled], in[kTimeIds], in[kGuidance], keys.get()};
    return unet(shown, in[kTimestep], in[kContext], extras, {}, stop);
  };
  const auto renew = [keys](std::size_t input) {
    if (input == kContext) keys->renew();
  };
  return {call, renew};
}

ReplayableCall dit_call(const Dit& dit) {
  return {[&dit](const Tensors& in, const std::stop_token& stop) { return dit(in[0], in[1], in[2], stop); }, {}};
}

/// From the recordings of the network where the device has some, else asked.
template <class Network, class Make>
at::Tensor replayed(const Network& network, const Make& make, const Tensors& in, const ReplayableCall& plain,
                    const std::stop_token& stop, const Warn& warn) {
  const auto from_recording = network.replays()(
      in, stop, [&] { return make(network); }, warn);
  return from_recording ? *from_recording : plain.call(in, stop);
}

/// The network as a denoiser calls it where no control acts.
NetworkFunction unet_function(std::shared_ptr<const Unet> unet, Told told, Warn warn) {
  const ReplayableCall plain = unet_call(*unet);
  return [unet = std::move(unet), told = std::move(told), warn = std::move(warn), plain](const NetworkInput& input,
                                                                                         const std::stop_token& stop) {
    const Tensors in{input.x,        input.timestep, input.context,  input.pooled,
                     input.time_ids, told.guidance,  told.inpainting};
    return replayed(*unet, unet_call, in, plain, stop, warn);
  };
}

/// The same with controls, where all of it lies. Controls see what the network sees, but for the guidance and the mask,
/// which they know nothing of.
NetworkFunction controlled_function(std::shared_ptr<const Unet> unet, Told told, ActingControls controls) {
  return [unet = std::move(unet), told = std::move(told), controls = std::move(controls),
          keys = std::make_shared<ContextKeys>()](const NetworkInput& input, const std::stop_token& stop) {
    const at::Tensor& x = input.x;
    UnetExtras extras{input.pooled, input.time_ids, {}, keys.get()};
    UnetResiduals residuals = controls.adapters;
    for (const ActingControlNet& control : controls.nets) {
      const UnetResiduals own = (*control.network)(x, input.timestep, input.context, extras, control.hint, stop);
      add_residuals(residuals, control.map(own, control.scale));
    }
    extras.guidance_embedding = told.guidance;
    if (told.inpainting.defined()) {
      const at::Tensor shown = at::cat({x, told.inpainting.expand({x.size(0), -1, -1, -1})}, 1);
      return (*unet)(shown, input.timestep, input.context, extras, residuals, stop);
    }
    return (*unet)(x, input.timestep, input.context, extras, residuals, stop);
  };
}

NetworkFunction dit_function(std::shared_ptr<const Dit> dit, Warn warn) {
  const ReplayableCall plain = dit_call(*dit);
  return [dit = std::move(dit), warn = std::move(warn), plain](const NetworkInput& input, const std::stop_token& stop) {
    return replayed(*dit, dit_call, {input.x, input.timestep, input.label}, plain, stop, warn);
  };
}

std::shared_ptr<const Denoiser> denoiser_of(const ResolvedRun& run, const Segment& segment, const SegmentInputs& inputs,
                                            const Conditioning& conditioning, ActingControls controls) {
  NetworkFunction network;
  bool told_guidance = false;
  if (const auto* dit = std::get_if<std::shared_ptr<const Dit>>(&inputs.network)) {
    network = dit_function(*dit, inputs.warn);
  } else {
    const auto& unet = std::get<std::shared_ptr<const Unet>>(inputs.network);
    Told told;
    told_guidance = embeds_guidance(run, segment.denoiser);
    if (told_guidance) {
      const at::Tensor embedding = guidance_embedding(guidance_of(run, segment), *unet->config().time_cond_proj_dim);
      told.guidance = to_device(embedding, inputs.device, Crossing::Start);
    }
    if (unet->config().inpaints()) told.inpainting = to_device(inputs.inpainting, inputs.device, Crossing::Start);
    network = controls.act() ? controlled_function(unet, std::move(told), std::move(controls))
                             : unet_function(unet, std::move(told), inputs.warn);
  }
  return std::make_shared<const NetworkDenoiser>(std::move(network), run.schedule_of(segment.denoiser), run.scheduler,
                                                 told_guidance ? 1.0 : guidance_of(run, segment),
                                                 on_device(conditioning, inputs.device),
                                                 guided_channels(run, inputs.network));
}

ActingControls acting_controls(const ResolvedRun& run, const Segment& segment, const SegmentInputs& inputs,
                               const std::vector<std::size_t>& indices) {
  ActingControls acting;
  for (const std::size_t i : indices) {
    const auto& [network, hint] = inputs.controls.at(i);
    TSTITCH_CHECK(!hint.empty(), i);
    const ControlPlaces& places = run.controls[i].places.at(segment.denoiser);
    const double scale = run.request.controls[i].scale;
    if (network != nullptr) {
      acting.nets.push_back({network, hint.front(), std::get<ResidualMap>(places), scale});
    } else {
      add_residuals(acting.adapters, std::get<AdapterMap>(places)(hint, scale));
    }
  }
  return acting;
}

}  // namespace

bool any_asked_twice(const ResolvedRun& run) {
  return std::any_of(run.trajectory.segments.begin(), run.trajectory.segments.end(), [&](const Segment& segment) {
    return passes_of(run, segment.denoiser, guidance_of(run, segment)) > 1;
  });
}

int passes_of(const ResolvedRun& run, const DenoiserName& denoiser, double guidance) {
  return is_guided(guidance) && !embeds_guidance(run, denoiser) ? 2 : 1;
}

std::vector<std::shared_ptr<const Denoiser>> segment_denoisers(const ResolvedRun& run, const Segment& segment,
                                                               int begin, int end, const SegmentInputs& inputs) {
  std::map<std::pair<std::size_t, std::vector<std::size_t>>, std::shared_ptr<const Denoiser>> known;
  std::vector<std::shared_ptr<const Denoiser>> denoisers;
  for (int i = begin; i < end; ++i) {
    const std::vector<std::size_t> indices = run.controls_at(EvaluationIndex{i});
    const std::size_t text = inputs.conditioning_at.at(static_cast<std::size_t>(i));
    std::shared_ptr<const Denoiser>& denoiser = known[{text, indices}];
    if (!denoiser) {
      denoiser = denoiser_of(run, segment, inputs, inputs.conditionings.at(text),
                             acting_controls(run, segment, inputs, indices));
    }
    denoisers.push_back(denoiser);
  }
  return denoisers;
}

}  // namespace tstitch
