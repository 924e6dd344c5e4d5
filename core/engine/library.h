#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/discovery/found_model.h"
#include "core/engine/measured_pair.h"
#include "core/engine/measured_precision.h"
#include "core/engine/run_plan.h"
#include "core/engine/settings.h"
#include "core/models/catalog.h"
#include "core/models/model_facts.h"
#include "core/models/pair_entry.h"
#include "core/prompt/bpe_tokenizer.h"

namespace tstitch {

/// A plan, or why there is none.
struct PlanAnswer {
  std::optional<RunPlan> plan;
  std::optional<Error> problem;
};

/// What lies on an engine's machine and what follows from it without computing. Any thread may ask, also while a run
/// goes on: nothing is loaded, and LibTorch's threads stay as they are. Paths are those of the engine's machine.
/// All of them throw Error.
class Library {
 public:
  virtual ~Library() = default;

  /// Known pairs, the bundled one first.
  [[nodiscard]] virtual std::vector<PairEntry> pairs() = 0;

  /// All that is known by name.
  [[nodiscard]] virtual Catalog catalog() = 0;

  /// What lies in these folders of the engine's machine, in its own and in other programs' (core/discovery). Where it
  /// is not complete, asking again goes on.
  [[nodiscard]] virtual FoundModels found_models(const std::vector<std::filesystem::path>& folders) = 0;

  /// The path behind what a user gave: a path, the name of a pair (its model of that role), or of a known model.
  /// Throws BadInput that lists the known names.
  [[nodiscard]] virtual std::filesystem::path find_model(const std::string& place, PairRole role) = 0;

  /// Fills in where each model of a picture's request lies, unless it is known already: found by hash, then among the
  /// known pairs. Throws BadInput with name and hash when it is not here.
  [[nodiscard]] virtual GenerationRequest locate(const GenerationRequest& request) = 0;

  /// Reads configs and headers only; `place` is a path or a known name.
  [[nodiscard]] virtual ModelFacts inspect(const std::filesystem::path& place) = 0;

  /// The word that stands for the textual inversion of a file in these texts, where the user gave none.
  [[nodiscard]] virtual std::string embedding_word(const std::filesystem::path& file,
                                                   const std::vector<std::string>& texts) = 0;

  /// How the run of this request cuts its texts: the tokenizers of its leading text encoder, in their order; none where
  /// it draws classes. Nothing but models and their autoencoder is looked at.
  [[nodiscard]] virtual std::vector<TokenizerTables> tokenizers(const GenerationRequest& request) = 0;

  /// The precisions in which the device of these settings computes as fast as it can, fp32 first. Others are computed,
  /// too, but asking sides refuse them: a processor without their arithmetic takes minutes where fp32 takes seconds.
  [[nodiscard]] virtual std::vector<Precision> fast_precisions(const RunSettings& settings) = 0;

  /// What the test of `--precision auto` found on the device and threads of these settings; empty as long as no run
  /// needed it, and where there is nothing to choose.
  [[nodiscard]] virtual std::vector<MeasuredPrecision> measured_precisions(const RunSettings& settings) = 0;

  /// What was timed on this machine, by this program version, the newest first.
  [[nodiscard]] virtual std::vector<MeasuredPair> measured_pairs() = 0;

  [[nodiscard]] virtual RunPlan plan(const GenerationRequest& request, const RunSettings& settings) = 0;

  /// One answer for each of several requests that name the same models (the cells of a grid), which are read once.
  /// `base` is what they have in common; throws what makes all of them impossible.
  [[nodiscard]] virtual std::vector<PlanAnswer> plan_all(const GenerationRequest& base,
                                                         const std::vector<GenerationRequest>& requests,
                                                         const RunSettings& settings) = 0;

  /// The request as a picture of it carries it: resolved, every model with the SHA-256 of its files.
  [[nodiscard]] virtual GenerationRequest identify(const GenerationRequest& request, const RunSettings& settings) = 0;
};

}  // namespace tstitch
