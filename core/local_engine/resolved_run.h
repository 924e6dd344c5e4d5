#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/local_engine/model_parts.h"
#include "core/trajectory/trajectory.h"

namespace tstitch {

/// A request against its models: what will be run, from which parts, without a tensor loaded.
struct ResolvedRun {
  GenerationRequest request;                  ///< no default, no auto
  std::map<DenoiserName, ModelParts> models;  ///< every denoiser of the request
  DenoiserName owner;                         ///< whose scheduler, autoencoder and text encoder lead: `large`
  SchedulerConfig scheduler;                  ///< the owner's
  VaePart vae;
  Trajectory trajectory;
  std::vector<std::string> notes;

  /// Whose text encoder conditions that denoiser (exactness.md 14).
  [[nodiscard]] DenoiserName text_source(const DenoiserName& denoiser) const;
  /// The schedule that denoiser was trained with; a bare network folder inherits the owner's.
  [[nodiscard]] const SchedulerConfig& schedule_of(const DenoiserName& denoiser) const;
  /// The guidance of that denoiser's first segment; of one that runs none, what the request says.
  [[nodiscard]] double guidance_of(const DenoiserName& denoiser) const;
  /// Latents: [channels, h, w].
  [[nodiscard]] std::vector<std::int64_t> latent_shape() const;
  [[nodiscard]] LatentSpace latent_space() const { return vae.latent_space(); }
};

/// Reads the models' configs, fills in every default and plans. Throws UsageError, BadInput or IncompatibleModels.
ResolvedRun resolve_run(const GenerationRequest& request, const std::string& variant);

/// The same with models that were read before (the window's, a grid's).
ResolvedRun resolve_run(const GenerationRequest& request, std::map<DenoiserName, ModelParts> models,
                        const std::string& variant);

}  // namespace tstitch
