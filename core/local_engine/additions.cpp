#include "core/local_engine/additions.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "core/base/text.h"
#include "core/local_engine/part_weights.h"

namespace tstitch {

namespace {

/// The denoisers that something limited to `only` (or to none) is meant for.
std::vector<DenoiserName> meant_denoisers(const ResolvedRun& run, const std::optional<DenoiserName>& only) {
  std::vector<DenoiserName> names;
  for (const DenoiserChoice& choice : run.request.denoisers) {
    if (only.value_or(choice.name) == choice.name) names.push_back(choice.name);
  }
  return names;
}

/// Tries each denoiser; what fits some of them is told of the others, what fits none is refused.
void fit_each(const std::vector<DenoiserName>& denoisers, std::vector<std::string>& notes,
              const std::function<void(const DenoiserName&)>& fit) {
  std::vector<IncompatibleModels> refusals;
  for (const DenoiserName& denoiser : denoisers) {
    try {
      fit(denoiser);
    } catch (const IncompatibleModels& refusal) {
      refusals.push_back(refusal);
    }
  }
  if (!refusals.empty() && refusals.size() == denoisers.size()) throw IncompatibleModels(refusals.front());
  for (const IncompatibleModels& refusal : refusals) {
    notes.push_back(concat(refusal.sentence(), " The run goes without it there."));
  }
}

void note_places(const ControlPart& control, const ResidualMap& map, const DenoiserName& denoiser,
                 std::vector<std::string>& notes) {
  if (map.identity()) return;
  const auto taken =
      std::count_if(map.skips.begin(), map.skips.end(), [](const auto& skip) { return skip.has_value(); });
  notes.push_back(concat("the ControlNet ", control.network.facts.name, " acts on ", denoiser, " by the map ",
                         map.name(), ": ", taken, " residuals, ", map.middle ? "and" : "not", " the middle's."));
}

void note_places(const ControlPart& control, const AdapterMap& map, const DenoiserName& denoiser,
                 std::vector<std::string>& notes) {
  if (map.taken() == map.features) return;
  notes.push_back(concat("the T2I-Adapter ", control.network.facts.name, " acts on ", denoiser, " by ", map.taken(),
                         " of its ", map.features, " features; the network has no place for the rest."));
}

void fit_control(ResolvedRun& run, ControlPart& control, const std::optional<DenoiserName>& only) {
  const int factor = run.latent_space().factor;
  const char* what = control.network.adapter() != nullptr ? "T2I-Adapter" : "ControlNet";
  take_time_ids_of(control.network, run.models.at(run.owner).unet_for(what));
  require_whole_groups(control.network, run.request.extent);
  fit_each(meant_denoisers(run, only), run.notes, [&](const DenoiserName& denoiser) {
    const UnetConfig& network = run.models.at(denoiser).unet_for(what);
    const ControlPlaces places = require_fitting_places(control.network, network, factor, denoiser);
    std::visit([&](const auto& map) { note_places(control, map, denoiser, run.notes); }, places);
    control.places[denoiser] = places;
  });
}

void add(LoraFit& sum, const LoraFit& more) {
  sum.modules += more.modules;
  sum.fitting += more.fitting;
  if (sum.first_misfit.empty()) sum.first_misfit = more.first_misfit;
}

LoraFit text_fit(const LoraFile& file, const TextParts& text, LoraComponent component, const std::string& variant) {
  for (const TextPart& part : text.encoders) {
    if (lora_component(part.role) == component) return file.fit(component, *open_text_encoder(part, variant));
  }
  return file.fit_without_base(component);
}

/// How much of the file goes into that denoiser's network and into the encoders of its text.
LoraFit fit_on(const LoraFile& file, const ResolvedRun& run, const DenoiserName& denoiser, const std::string& variant) {
  LoraFit fit;
  const ModelParts& parts = run.models.at(denoiser);
  if (file.has(LoraComponent::Network)) {
    const auto network = open_network(parts, variant);
    add(fit, file.fit(LoraComponent::Network, *network, network_aliases(parts.network, *network)));
  }
  if (run.takes_classes()) return fit;
  const TextParts& text = *run.models.at(run.text_source(denoiser)).text;
  for (const LoraComponent component : {LoraComponent::TextEncoder, LoraComponent::TextEncoder2}) {
    if (file.has(component)) add(fit, text_fit(file, text, component, variant));
  }
  return fit;
}

void fit_lora(ResolvedRun& run, const LoraPart& lora, const std::optional<DenoiserName>& only,
              const std::string& variant) {
  fit_each(meant_denoisers(run, only), run.notes, [&](const DenoiserName& denoiser) {
    const LoraFit fit = fit_on(*lora.file, run, denoiser, variant);
    if (fit.fitting == 0) {
      throw IncompatibleModels(concat("none of the ", fit.modules, " modules of this LoRA fits the denoiser ", denoiser,
                                      " (the first is ", fit.first_misfit, ")."),
                               lora.path.string());
    }
    if (fit.fitting == fit.modules) return;
    run.notes.push_back(concat(lora.name(), " on ", denoiser, ": ", fit.fitting, " of ", fit.modules,
                               " modules fit; the first that does not is ", fit.first_misfit, "."));
  });
  const std::vector<std::string>& foreign = lora.file->names().foreign;
  if (foreign.empty()) return;
  run.notes.push_back(concat(lora.name(), ": ", foreign.size(),
                             " tensors are of no known kind and left out (first: ", foreign.front(), ")."));
}

}  // namespace

void fit_additions(ResolvedRun& run, const std::string& variant) {
  for (std::size_t i = 0; i < run.controls.size(); ++i) {
    fit_control(run, run.controls[i], run.request.controls[i].denoiser);
  }
  for (std::size_t i = 0; i < run.loras.size(); ++i) {
    fit_lora(run, run.loras[i], run.request.loras[i].denoiser, variant);
  }
}

}  // namespace tstitch
