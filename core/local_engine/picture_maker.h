#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/device/kept_memory.h"
#include "core/engine/settings.h"
#include "core/local_engine/compute_choice.h"
#include "core/local_engine/denoiser_leases.h"
#include "core/local_engine/preview_maker.h"
#include "core/local_engine/residency.h"
#include "core/local_engine/run_denoisers.h"
#include "core/local_engine/run_texts.h"
#include "core/local_engine/source_latents.h"
#include "core/local_engine/walk.h"
#include "core/local_engine/workshop.h"

namespace tstitch {

/// What a walk may use and leave behind beyond the request: noise from files, a record, a part of the way.
struct WalkExtras {
  at::Tensor initial_noise;  ///< [1, C, h, w]; undefined = from the seed
  at::Tensor step_noise;     ///< [N, 1, C, h, w] of the whole run; undefined = from the seed
  at::Tensor latents;        ///< where a second pass starts, instead of at the source picture
  std::vector<RecordedEvaluation>* record = nullptr;
  std::optional<Snapshot> from;                       ///< goes on there instead of starting from noise
  std::optional<StepIndex> until;                     ///< stops before this step instead of at the end
  std::function<void(const Snapshot&)> on_step = {};  ///< Walk::on_step
};

/// Makes pictures of resolved runs: text, networks, walk, decoding. Stages, steps and previews go to the sink; times
/// into the report as they come about.
class PictureMaker {
 public:
  PictureMaker(Workshop& workshop, ComputeChoice compute, RunSettings settings, PreviewSettings preview,
               Residency residency, std::stop_token stop, EventSink sink);

  /// Text, networks and the steps that `extras` names. All of these throw Interrupted, or Error.
  Snapshot walk(const ResolvedRun& run, const WalkExtras& extras, RunReport& report);
  /// Text alone, which the workshop keeps; what it has is not encoded again.
  void encode_text(const ResolvedRun& run, RunReport& report);
  std::shared_ptr<const Image> decode(const ResolvedRun& run, const at::Tensor& latents, RunReport& report);
  /// The other way, of a picture of the run's size.
  at::Tensor encode(const ResolvedRun& run, const Image& picture, RunReport& report);

  /// Makes room for a run: where memory is short, what earlier runs left goes. Throws OutOfMemory when it would not fit
  /// even so; nothing is allocated for it.
  void require_memory_for(const ResolvedRun& run);

  /// What will be in memory when, beside what is loaded already.
  [[nodiscard]] ResidencyPlan residency_of(const ResolvedRun& run) const;

  /// Loads the text encoder, the networks and what previews need, without a run; the networks only where they can stay.
  void prepare(const ResolvedRun& run);

  [[nodiscard]] const ComputeChoice& compute() const { return compute_; }

 private:
  /// What each denoiser is told, in turns, and whose turn it is at an evaluation.
  struct Conditionings {
    std::map<DenoiserName, std::vector<Conditioning>> of;
    std::vector<std::size_t> at;
  };

  /// What the denoisers of a walk are made of besides their networks.
  struct WalkInputs {
    int begin = 0;  ///< evaluations of the walk
    int end = 0;
    bool one_at_a_time = false;  ///< ResidencyPlan
    Conditionings conditionings;
    std::optional<RunSource> source;
    std::vector<LoadedControl> controls;  ///< with the first network
  };

  [[nodiscard]] LoadOptions load_options(const ResolvedRun& run);
  /// By which the store knows what is there; for no loading.
  [[nodiscard]] LoadOptions as_loaded() const { return {compute_.device, compute_.type, settings_.variant, {}, {}}; }
  Conditionings conditionings(const ResolvedRun& run, RunReport& report);
  const std::vector<Conditioning>& text_conditionings(const ResolvedRun& run, const DenoiserName& denoiser,
                                                      const RunTexts& texts, RunReport& report);
  Conditioning class_conditioning(const ResolvedRun& run, const DenoiserName& denoiser);
  std::shared_ptr<const Image> seen_map(const ResolvedRun& run, std::size_t index, const std::string& key);
  const Hint& hint_of(const ResolvedRun& run, std::size_t index, const LoadOptions& load);
  LoadedControl loaded_control(const ResolvedRun& run, std::size_t index, const LoadOptions& load);
  std::vector<LoadedControl> loaded_controls(const ResolvedRun& run, int begin, int end, const LoadOptions& load);
  std::optional<RunSource> source_of(const ResolvedRun& run, const WalkExtras& extras, RunReport& report);
  DenoiserLeases::Denoisers denoisers(const ResolvedRun& run, const WalkInputs& inputs, int begin, int end,
                                      const LoadOptions& load) const;
  void acquire(const ResolvedRun& run, const WalkInputs& inputs, DenoiserLeases& leases, RunReport& report);
  [[nodiscard]] bool fetches_ahead(const ResolvedRun& run) const;
  DenoiserLeases leases(const ResolvedRun& run, WalkInputs& inputs, RunReport& report);
  PreviewMaker previews(const ResolvedRun& run);
  void say_of_previews(const std::string& line);
  [[nodiscard]] bool is_shown(const ResolvedRun& run, EvaluationIndex evaluation) const;
  std::function<void()> shown_later(const PreviewMaker& preview, EvaluationIndex evaluation,
                                    const DenoiserName& denoiser, const at::Tensor& denoised) const;
  void let_go(bool one_at_a_time = false);

  const KeptMemory kept_;
  Workshop& workshop_;
  ComputeChoice compute_;
  RunSettings settings_;
  PreviewSettings preview_;
  Residency residency_;
  std::stop_token stop_;
  EventSink sink_;
  bool previews_told_ = false;  ///< why they are not as asked for
};

}  // namespace tstitch
