#include "ui/additions/model_fit.h"

#include <algorithm>

namespace tstitch::ui {
namespace {

/// Why the run would fail, or nothing.
std::optional<std::string> problemOf(Library& library, const GenerationRequest& request, const RunSettings& settings) {
  try {
    static_cast<void>(library.plan(request, settings));
    return std::nullopt;
  } catch (const Error& error) {
    return error.sentence();
  }
}

}  // namespace

bool ModelFit::isOn(const DenoiserName& denoiser) const {
  return std::any_of(denoisers.begin(), denoisers.end(),
                     [&](const On& on) { return on.denoiser == denoiser && on.problem.empty(); });
}

std::optional<ModelFit> modelFitOf(Library& library, GenerationRequest request, const ModelReference& model,
                                   const std::filesystem::path& picture, const RunSettings& settings) {
  request.controls.clear();
  request.loras.clear();
  if (request.denoisers.empty() || problemOf(library, request, settings)) return std::nullopt;
  ControlChoice control;
  control.model = model;
  control.picture = {picture.filename().string(), {}, picture};
  control.is_map = true;
  ModelFit fit;
  for (const DenoiserChoice& choice : request.denoisers) {
    control.denoiser = choice.name;
    request.controls = {control};
    fit.denoisers.push_back({choice.name, problemOf(library, request, settings).value_or(std::string())});
  }
  return fit;
}

}  // namespace tstitch::ui
