#include "core/jobs/lane_models.h"

#include "core/base/text.h"

namespace tstitch {

namespace {

/// Pictures, LoRAs and textual inversions lie on the asking side.
GenerationRequest without_model_places(GenerationRequest request) {
  for (DenoiserChoice& denoiser : request.denoisers) denoiser.model.location.clear();
  if (request.vae) request.vae->location.clear();
  for (ControlChoice& control : request.controls) {
    control.model.location.clear();
    if (control.annotator) control.annotator->location.clear();
  }
  return request;
}

}  // namespace

LaneModels::LaneModels(Engine& first, const GenerationRequest& request, const RunSettings& settings)
    : first_(first),
      settings_(settings),
      asked_(request),
      identified_(without_model_places(first.identify(request, settings))) {}

GenerationRequest LaneModels::on(Engine& lane) const {
  GenerationRequest request = asked_;
  if (&lane == &first_) return request;
  try {
    copy_model_places(lane.locate(identified_), request);
  } catch (const BadInput& missing) {
    try {
      static_cast<void>(lane.plan(asked_, settings_));
    } catch (const BadInput&) {
      throw EngineUnavailable(concat("does not have the models of this job: ", missing.what()), lane.name());
    }
  }
  return request;
}

void copy_model_places(const GenerationRequest& from, GenerationRequest& to) {
  for (std::size_t i = 0; i < to.denoisers.size() && i < from.denoisers.size(); ++i) {
    to.denoisers[i].model.location = from.denoisers[i].model.location;
  }
  if (to.vae && from.vae) to.vae->location = from.vae->location;
  for (std::size_t i = 0; i < to.controls.size() && i < from.controls.size(); ++i) {
    to.controls[i].model.location = from.controls[i].model.location;
    if (to.controls[i].annotator && from.controls[i].annotator) {
      to.controls[i].annotator->location = from.controls[i].annotator->location;
    }
  }
}

}  // namespace tstitch
