#include "core/local_engine/additions.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "core/base/error.h"
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
  if (sum.misfit_fact.empty()) sum.misfit_fact = more.misfit_fact;
}

LoraFit text_fit(const LoraFile& file, const TextParts& text, LoraComponent component, const std::string& variant) {
  for (const TextPart& part : text.encoders) {
    const bool is_meant = lora_component(file, part.role, text.encoders.size() == 1) == component;
    if (is_meant) return file.fit(component, *open_text_encoder(part, variant));
  }
  return file.fit_without_base(component);
}

/// How much of the file goes into that denoiser's network.
LoraFit network_fit(const LoraFile& file, const ModelParts& parts, const std::string& variant) {
  if (!file.has(LoraComponent::Network)) return {};
  const auto network = open_network(parts, variant);
  return file.fit(LoraComponent::Network, *network, network_aliases(parts.network, *network));
}

/// How much of it goes into the encoders of that denoiser's text.
LoraFit texts_fit(const LoraFile& file, const ResolvedRun& run, const DenoiserName& denoiser,
                  const std::string& variant) {
  LoraFit fit;
  if (run.takes_classes()) return fit;
  const TextParts& text = *run.models.at(run.text_source(denoiser)).text;
  for (const LoraComponent component : {LoraComponent::TextEncoder, LoraComponent::TextEncoder2}) {
    if (file.has(component)) add(fit, text_fit(file, text, component, variant));
  }
  return fit;
}

/// The width of the text of a family that a LoRA's metadata name.
std::int64_t text_width_of(const std::string& family) {
  if (family == "sdxl") return 2048;
  return family == "sd2" ? 1024 : family == "sd1" ? 768 : 0;
}

bool is_published_width(std::int64_t width) {
  return width == 768 || width == 1024 || width == 2048;
}

/// The most transformer layers that an attention of the network has.
int depth_of(const UnetConfig& network) {
  int depth = network.mid == UnetMidBlock::CrossAttention ? network.mid_transformer_layers : 0;
  for (const auto& levels : {network.down, network.up}) {
    for (const UnetLevel& level : levels) {
      for (const int layers : level.transformer_layers) depth = std::max(depth, layers);
    }
  }
  return depth;
}

/// What tells a LoRA without cross attentions from one for that network: its attentions lie deeper than any of the
/// network's, or in a level that has none. Smaller relatives of a network leave blocks out, but do neither.
std::string structure_fact(const LoraFile& file, const UnetConfig& network) {
  const int depth = depth_of(network);
  for (const LoraModule& module : file.names().modules) {
    if (module.component != LoraComponent::Network) continue;
    const std::string key = lora_layer_key(module.component, module.path);
    if (depth == 1 && key.find("transformer_blocks_1_") != std::string::npos) {
      return concat("it changes attentions of several transformer layers (", module.path,
                    "), those of this one have one");
    }
    for (std::size_t level = 0; level < network.down.size(); ++level) {
      if (network.down[level].block == UnetBlock::CrossAttention) continue;
      if (!key.starts_with(concat("down_blocks_", level, "_attentions_"))) continue;
      return concat("it changes attentions in down_blocks.", level, ", where this one has none");
    }
  }
  return {};
}

/// Why the file was made for another network than that one, though some of its modules may fit; empty where it was not.
/// Its cross attentions tell it; of a file without any what its metadata say, and where its attentions lie.
std::string other_family_fact(const LoraFile& file, const UnetConfig& network) {
  const std::int64_t width = network.cross_attention_dim;
  const std::set<std::int64_t> widths = file.text_widths();
  if (!widths.empty()) {
    if (widths.contains(width)) return {};
    return concat("it was made for a network that takes text of width ", *widths.begin(), ", this one takes ", width);
  }
  const std::int64_t said = text_width_of(file.settings().family);
  if (said != 0 && said != width && is_published_width(width)) {
    return concat("it says that it was made for ", file.settings().family, " (text of width ", said,
                  "), this one takes ", width);
  }
  return structure_fact(file, network);
}

/// Known by sight alone: what a file of peft means is alpha over the rank times what it holds.
void note_missing_scale(const LoraPart& lora, double strength, std::vector<std::string>& notes) {
  if (!lora.file->lacks_scale() || strength == 0) return;
  notes.push_back(concat(lora.name(), ": adapter_config.json is not beside this file of peft, so its scale ",
                         "(lora_alpha over r) is not known and is taken as 1; copy that file there."));
}

void fit_lora(ResolvedRun& run, LoraPart& lora, const std::optional<DenoiserName>& only, const std::string& variant) {
  fit_each(meant_denoisers(run, only), run.notes, [&](const DenoiserName& denoiser) {
    const ModelParts& parts = run.models.at(denoiser);
    LoraFit fit = network_fit(*lora.file, parts, variant);
    const auto* unet = std::get_if<UnetConfig>(&parts.network);
    if (unet != nullptr && fit.modules > 0) {
      const std::string fact = other_family_fact(*lora.file, *unet);
      if (!fact.empty()) {
        lora.unfit.insert(denoiser);
        throw IncompatibleModels(concat("this LoRA does not fit the denoiser ", denoiser, ": ", fact, "."),
                                 lora.path.string());
      }
    }
    add(fit, texts_fit(*lora.file, run, denoiser, variant));
    if (fit.fitting == 0) {
      const std::string fact = fit.misfit_fact.empty() ? std::string() : concat("; ", fit.misfit_fact);
      throw IncompatibleModels(concat("none of the ", fit.modules, " modules of this LoRA fits the denoiser ", denoiser,
                                      " (the first is ", fit.first_misfit, ")", fact, "."),
                               lora.path.string());
    }
    if (fit.fitting == fit.modules) return;
    run.notes.push_back(concat(lora.name(), " on ", denoiser, ": ", fit.fitting, " of ", fit.modules,
                               " modules fit; the first that does not is ", fit.first_misfit, "."));
  });
}

}  // namespace

void fit_additions(ResolvedRun& run, const std::string& variant) {
  for (std::size_t i = 0; i < run.controls.size(); ++i) {
    fit_control(run, run.controls[i], run.request.controls[i].denoiser);
  }
  for (std::size_t i = 0; i < run.loras.size(); ++i) {
    fit_lora(run, run.loras[i], run.request.loras[i].denoiser, variant);
    note_missing_scale(run.loras[i], run.request.loras[i].strength, run.notes);
  }
}

}  // namespace tstitch
