#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/local_engine/control_part.h"
#include "core/local_engine/embedding_part.h"
#include "core/local_engine/lora_set.h"
#include "core/local_engine/model_parts.h"
#include "core/local_engine/source_part.h"
#include "core/models/known_files.h"
#include "core/trajectory/trajectory.h"

namespace tstitch {

/// What a request consists of on disk, read once for all runs that differ in other things (a grid's cells).
struct RunModels {
  std::map<DenoiserName, ModelParts> models;  ///< every denoiser of the request
  std::vector<ControlPart> controls;          ///< in the request's order, without places
  std::vector<LoraPart> loras;                ///< likewise
  std::optional<SourcePart> source;
  std::vector<KnownFile> known;  ///< files that weighted texts may name
};

/// Throws BadInput, or UsageError for a control without an annotator. `roots`: the folders of models; `pictures`: what
/// was decoded before, null = nothing.
RunModels read_run_models(const GenerationRequest& request, const std::string& variant,
                          const std::vector<std::filesystem::path>& roots = {}, PictureShelf* pictures = nullptr);

/// The second pass of a run: as large, and who makes which of its evaluations.
struct ResolvedSecond {
  Extent extent;
  Trajectory trajectory;
};

/// A request against its models: what will be run, from what, without a tensor loaded.
struct ResolvedRun {
  GenerationRequest request;                  ///< no default, no auto
  std::map<DenoiserName, ModelParts> models;  ///< every denoiser of the request
  DenoiserName owner;                         ///< whose text encoder leads, and what else it has: `large`
  SchedulerConfig scheduler;                  ///< of `large` where it has its own, else the owner's
  VaePart vae;
  Trajectory trajectory;
  std::vector<ControlPart> controls;  ///< in the request's order
  std::vector<LoraPart> loras;        ///< likewise
  std::vector<RunWord> words;         ///< the request's, then those that LoRAs bring
  std::optional<SourcePart> source;
  std::optional<ResolvedSecond> second;
  std::vector<std::string> notes;

  /// Whether its denoisers draw classes instead of a prompt: all of them do, or none.
  [[nodiscard]] bool takes_classes() const { return class_count() > 0; }
  /// How many classes; 0 = it takes text.
  [[nodiscard]] int class_count() const { return models.at(owner).facts.class_count; }
  /// Whose text encoder conditions that denoiser (core/text/README.md).
  [[nodiscard]] DenoiserName text_source(const DenoiserName& denoiser) const;
  /// The schedule that denoiser was trained with; a bare network folder inherits the owner's.
  [[nodiscard]] const SchedulerConfig& schedule_of(const DenoiserName& denoiser) const;
  /// The guidance of that denoiser's first segment; of one that runs none, what the request says.
  [[nodiscard]] double guidance_of(const DenoiserName& denoiser) const;
  /// What is added to the weights of that denoiser, and of the encoders of the text that it is given: folded into them,
  /// but for a network that another denoiser uses with other files, which then is loaded once for both.
  [[nodiscard]] LoraSet loras_of(const DenoiserName& denoiser, LoraTarget target) const;
  /// The words that the text of that denoiser has.
  [[nodiscard]] std::vector<RunWord> words_of(const DenoiserName& denoiser) const;
  /// The controls that act at an evaluation, by their places in the request.
  [[nodiscard]] std::vector<std::size_t> controls_at(EvaluationIndex evaluation) const;
  /// Denoisers that a ControlNet of another structure acts on, with the names of the maps.
  [[nodiscard]] std::map<DenoiserName, std::string> residual_maps() const;
  /// Latents: [channels, h, w].
  [[nodiscard]] std::vector<std::int64_t> latent_shape() const;
  [[nodiscard]] LatentSpace latent_space() const { return vae.latent_space(); }
  /// Its second pass as a run of its own, which starts from latents.
  [[nodiscard]] ResolvedRun second_run() const;
  /// Whether the encoder of its autoencoder is needed.
  [[nodiscard]] bool encodes() const;
};

/// Reads the models' configs, fills in every default and plans. Throws UsageError, BadInput or IncompatibleModels.
ResolvedRun resolve_run(const GenerationRequest& request, const std::string& variant,
                        const std::vector<std::filesystem::path>& roots = {}, PictureShelf* pictures = nullptr);

/// The same with what was read before.
ResolvedRun resolve_run(const GenerationRequest& request, RunModels read, const std::string& variant);

}  // namespace tstitch
