#include "core/local_engine/resolved_run.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/local_engine/additions.h"
#include "core/local_engine/part_facts.h"
#include "core/local_engine/prompt_additions.h"
#include "core/request/limits.h"
#include "core/request/sampler_traits.h"

namespace tstitch {

namespace {

/// "it has no text encoder and no autoencoder of its own": what keeps a model from leading a run.
std::string lacking(const ModelParts& parts) {
  std::vector<std::string> missing;
  if (!parts.scheduler) missing.emplace_back("no scheduler");
  if (!parts.text && parts.facts.class_count == 0) missing.emplace_back("no text encoder");
  if (!parts.vae) missing.emplace_back("no autoencoder");
  const std::string last = missing.back();
  missing.pop_back();
  return missing.empty() ? last : concat(join(missing, ", "), " and ", last);
}

/// The denoiser that brings the text of the run, and what else it shares: `large` where it has its own, else the first
/// that has.
DenoiserName owner_of(const GenerationRequest& request, const std::map<DenoiserName, ModelParts>& models) {
  const auto complete = [&](const DenoiserName& name) {
    const auto found = models.find(name);
    if (found == models.end() || !found->second.scheduler) return false;
    return found->second.text || found->second.facts.class_count > 0;
  };
  if (complete("large")) return "large";
  for (const DenoiserChoice& choice : request.denoisers) {
    if (complete(choice.name)) return choice.name;
  }
  const DenoiserChoice& first = request.denoisers.back();
  std::error_code ignored;
  const bool file = std::filesystem::is_regular_file(first.model.location, ignored);
  throw BadInput(concat(file ? "this file holds no whole model: it has " : "this is a bare network folder: it has ",
                        lacking(models.at(first.name)), " of its own."),
                 first.model.location.string(), "Give a whole model with --large.");
}

/// Whose schedule a run follows: the large model's, unless that is a bare network.
const ModelParts& scheduler_lead(const ResolvedRun& run) {
  const auto large = run.models.find("large");
  return large != run.models.end() && large->second.scheduler ? large->second : run.models.at(run.owner);
}

/// Whose autoencoder a run uses: the large model's, the owner's, or that of the first which has one; null for none.
const ModelParts* vae_lead(const ResolvedRun& run) {
  std::vector<DenoiserName> names{"large", run.owner};
  for (const DenoiserChoice& choice : run.request.denoisers) names.push_back(choice.name);
  for (const DenoiserName& name : names) {
    const auto found = run.models.find(name);
    if (found != run.models.end() && found->second.vae) return &found->second;
  }
  return nullptr;
}

VaePart vae_of(ResolvedRun& run, const std::string& variant) {
  const ModelParts& lead = run.models.at(run.owner);
  if (run.request.vae) {
    VaePart part = read_vae_part(run.request.vae->location, variant);
    if (!part.scale_known) part.take_scale_of(lead.facts.latent.value());
    return part;
  }
  const ModelParts* source = vae_lead(run);
  if (source == nullptr) {
    throw BadInput("the autoencoder is missing: this model has no autoencoder of its own.", lead.facts.path.string(),
                   "Give the one that it was trained with by --vae.");
  }
  if (source != &lead && !lead.vae) {
    run.notes.push_back(
        concat(lead.facts.name, " has no autoencoder of its own; that of ", source->facts.name, " is used."));
  }
  return *source->vae;
}

/// A model without an autoencoder of its own is given the factor by the one that is used.
void require_fitting_vae(const ResolvedRun& run) {
  const ModelParts& lead = run.models.at(run.owner);
  LatentSpace own = lead.vae ? lead.vae->latent_space() : run.latent_space();
  if (!lead.vae) own.channels = lead.facts.latent_channels;
  const LatentSpace used = run.latent_space();
  if (own.channels != used.channels || own.factor != used.factor) {
    throw IncompatibleModels(concat("the autoencoder has ", used.channels, " latent channels and factor ", used.factor,
                                    ", the model needs ", own.channels, " and ", own.factor, "."),
                             run.vae.folder.string());
  }
}

/// A network alone in one file does not show how wide its time ids are; the run's pooled text leaves them their width.
void infer_time_ids(ResolvedRun& run) {
  const ModelFacts& lead = run.models.at(run.owner).facts;
  for (auto& [name, parts] : run.models) {
    auto* unet = std::get_if<UnetConfig>(&parts.network);
    if (unet == nullptr || parts.facts.addition_width == 0 || parts.facts.time_id_width > 0) continue;
    const std::optional<int> count = time_ids_beside(lead, parts.facts);
    if (!count) continue;
    parts.facts.time_id_width = (parts.facts.addition_width - lead.pooled_width) / *count;
    unet->addition_time_embed_dim = parts.facts.time_id_width;
  }
}

void require_all_stitch(ResolvedRun& run) {
  const ModelFacts& owner = run.models.at(run.owner).facts;
  if (owner.latent && owner.latent_channels != owner.latent->channels) {
    throw IncompatibleModels(concat("the network takes ", owner.latent_channels,
                                    " latent channels, its autoencoder makes ", owner.latent->channels, "."),
                             owner.path.string());
  }
  for (const auto& [name, parts] : run.models) {
    if (name == run.owner) continue;
    require_stitch(owner, parts.facts);
    for (const std::string& warning : check_stitch(owner, parts.facts).warnings) run.notes.push_back(warning);
  }
}

void fill_defaults(GenerationRequest& request, const ResolvedRun& run) {
  const SamplerKind asked = request.sampler;
  request.sampler = asked == SamplerKind::Default ? default_sampler(run.scheduler) : asked;
  if (request.spacing == Spacing::Default) request.spacing = default_spacing(request.sampler, run.scheduler);
  if (traits_of(request.sampler).eta && !request.eta) request.eta = default_eta(asked, run.scheduler);
  if (request.extent == Extent{0, 0} && run.source) {
    const int multiple = size_multiple(run.latent_space(), run.models.at(run.owner).network);
    request.extent = own_extent(*request.source, *run.source->picture, multiple);
  }
  if (request.extent.width == 0 || request.extent.height == 0) {
    const int side = run.models.at(run.owner).facts.sample_size.value_or(64) * run.latent_space().factor;
    if (request.extent.width == 0) request.extent.width = side;
    if (request.extent.height == 0) request.extent.height = side;
  }
  const auto is_told_sizes = [](const auto& model) { return model.second.facts.addition_width > 0; };
  if (std::any_of(run.models.begin(), run.models.end(), is_told_sizes)) {
    MicroConditioning& micro = request.micro_conditioning;
    micro.original = micro.original.value_or(request.extent);
    micro.target = micro.target.value_or(request.extent);
  }
  const ModelParts& lead = run.models.at(run.owner);
  if (std::holds_alternative<DitConfig>(lead.network) && request.guided_channels == GuidedChannels::Auto) {
    request.guided_channels = lead.original_layout ? GuidedChannels::Three : GuidedChannels::All;
  }
  const auto has_both_weights = [](const auto& model) { return model.second.facts.has_both_weights; };
  if (std::all_of(run.models.begin(), run.models.end(), has_both_weights) && request.weights == WeightChoice::Auto) {
    const bool dit = std::holds_alternative<DitConfig>(lead.network);
    request.weights = dit ? WeightChoice::Ema : WeightChoice::Raw;
  }
  for (DenoiserChoice& choice : request.denoisers) choice.model.family = run.models.at(choice.name).facts.family;
  for (std::size_t i = 0; i < run.controls.size(); ++i) {
    request.controls[i].model.family = run.controls[i].network.facts.family;
    if (run.controls[i].annotator) request.controls[i].annotator->family = run.controls[i].annotator->family;
  }
  for (std::size_t i = 0; i < run.loras.size(); ++i) request.loras[i].model.family = run.loras[i].family;
}

void require_fitting_condition(ResolvedRun& run) {
  if (run.takes_classes()) {
    for (const Segment& segment : run.trajectory.segments) {
      if (segment.prompt) throw UsageError("this model draws classes and takes no text.", "--segment-prompt");
    }
    if (!run.request.prompt.empty()) run.notes.emplace_back("the prompt is not used: this model draws classes.");
    return;
  }
  if (run.request.class_label) throw UsageError("this model draws what a prompt says and takes no class.", "--class");
  for (const DenoiserChoice& choice : run.request.denoisers) static_cast<void>(run.text_source(choice.name));
}

/// Pictures to start from are for networks that take text; those that inpaint cannot do without one.
void require_fitting_source(const ResolvedRun& run) {
  if (run.takes_classes()) {
    if (run.source) throw UsageError("this model draws classes and starts from no picture.", "--image");
    if (run.request.second_pass) throw UsageError("this model draws classes in one pass.", "--second-pass");
    return;
  }
  if (run.source && run.source->mask) return;
  for (const DenoiserName& name : run.trajectory.denoisers()) {
    const ModelParts& parts = run.models.at(name);
    const auto* unet = std::get_if<UnetConfig>(&parts.network);
    if (unet == nullptr || !unet->inpaints()) continue;
    throw BadInput(
        concat("this is an inpainting network of ", unet->in_channels, " channels, which needs a picture and a mask."),
        parts.facts.path.string(), "Give --image and --mask, or choose the text-to-image model.");
  }
}

/// Without a ratio of its own the second pass is split as the first, or made by whoever ended the first.
std::variant<RatioSplit, SegmentSplit> split_of_second(const ResolvedRun& run, int evaluations) {
  const auto* ratio = std::get_if<RatioSplit>(&run.request.split);
  if (const auto& share = run.request.second_pass->share) {
    return RatioSplit{{*share}, ratio == nullptr ? SplitRule::Floor : ratio->rule};
  }
  if (ratio != nullptr) return *ratio;
  Segment last = run.trajectory.segments.back();
  last.evaluations = evaluations;
  return SegmentSplit{{std::move(last)}};
}

Extent extent_of_second(const ResolvedRun& run) {
  const int multiple = size_multiple(run.latent_space(), run.models.at(run.owner).network);
  const double scale = run.request.second_pass->scale;
  const auto side = [&](int first) {
    constexpr double kRounding = 1e-6;  // 1.15 * 640 is 736, not 735.99
    return static_cast<int>(first * scale + kRounding) / multiple * multiple;
  };
  const Extent extent{side(run.request.extent.width), side(run.request.extent.height)};
  if (extent.width <= kLongestSide && extent.height <= kLongestSide) return extent;
  throw UsageError(concat("the second pass would have ", extent.width, "x", extent.height,
                          " pixels; a side has at most ", kLongestSide, "."),
                   "--second-pass");
}

void plan_second(ResolvedRun& run, std::string& note) {
  const std::optional<SecondPass>& asked = run.request.second_pass;
  if (!asked) return;
  const int steps = asked->steps.value_or(run.request.steps);
  try {
    SigmaSchedule schedule = entered_late(
        make_sigma_schedule(run.request.sampler, run.request.spacing, steps, run.scheduler), asked->strength);
    GenerationRequest request = run.request;
    request.split = split_of_second(run, static_cast<int>(schedule.evaluations.size()));
    run.second = ResolvedSecond{extent_of_second(run), make_trajectory(request, std::move(schedule), &note)};
  } catch (const UsageError& error) {
    throw UsageError(error.what(), "--second-pass", error.hint());
  }
}

/// The layers that there are to count: those of the encoder with the fewest.
void require_hidden_layer(const ResolvedRun& run) {
  if (!run.request.clip_skip) return;
  for (const DenoiserChoice& choice : run.request.denoisers) {
    const DenoiserName source = run.text_source(choice.name);
    for (const TextPart& part : run.models.at(source).text->encoders) {
      if (*run.request.clip_skip <= part.config.layers) continue;
      throw UsageError(
          concat(*run.request.clip_skip, " is not in 1..", part.config.layers, ", the layers of the ",
                 part.role == "text_encoder" ? "text encoder" : "second text encoder", " of ", source, "."),
          "--clip-skip");
    }
  }
}

SigmaSchedule schedule_of(const ResolvedRun& run) {
  const GenerationRequest& request = run.request;
  SigmaSchedule whole = make_sigma_schedule(request.sampler, request.spacing, request.steps, run.scheduler);
  return request.source ? entered_late(std::move(whole), request.source->strength) : whole;
}

void require_size_on_grid(const ResolvedRun& run) {
  const Extent& extent = run.request.extent;
  const int multiple = size_multiple(run.latent_space(), run.models.at(run.owner).network);
  if (extent.width % multiple != 0 || extent.height % multiple != 0) {
    throw UsageError(
        concat("width and height must be multiples of ", multiple, ", got ", extent.width, "x", extent.height, "."),
        "--size", concat("Try ", extent.width / multiple * multiple, "x", extent.height / multiple * multiple, "."));
  }
}

}  // namespace

DenoiserName ResolvedRun::text_source(const DenoiserName& denoiser) const {
  const ModelParts& parts = models.at(denoiser);
  const ModelParts& lead = models.at(owner);
  if (const auto whose = text_source_for(lead.facts, parts.facts, request.text)) {
    return *whose == TextSource::Shared ? owner : denoiser;
  }
  throw IncompatibleModels(concat("its cross attention takes text of width ", parts.facts.context_width,
                                  ", and no text encoder of the run gives that."),
                           parts.facts.path.string());
}

const SchedulerConfig& ResolvedRun::schedule_of(const DenoiserName& denoiser) const {
  const ModelParts& parts = models.at(denoiser);
  return parts.scheduler ? *parts.scheduler : scheduler;
}

double ResolvedRun::guidance_of(const DenoiserName& denoiser) const {
  for (const Segment& segment : trajectory.segments) {
    if (segment.denoiser == denoiser && segment.guidance) return *segment.guidance;
  }
  for (const DenoiserChoice& choice : request.denoisers) {
    if (choice.name == denoiser) return choice.guidance.value_or(request.guidance_scale);
  }
  return request.guidance_scale;
}

LoraSet ResolvedRun::loras_of(const DenoiserName& denoiser, LoraTarget target) const {
  LoraSet set = lora_set_for(denoiser, target, request.loras, loras);
  if (target == LoraTarget::Text) return set;
  const auto shares_network = [&](const auto& other) {
    std::error_code ignored;
    return std::filesystem::equivalent(other.second.network_folder, models.at(denoiser).network_folder, ignored) &&
           lora_set_for(other.first, target, request.loras, loras).key != set.key;
  };
  if (std::any_of(models.begin(), models.end(), shares_network)) set.method = LoraMethod::Added;
  return set;
}

std::vector<RunWord> ResolvedRun::words_of(const DenoiserName& denoiser) const {
  std::vector<RunWord> own;
  for (const RunWord& word : words) {
    if (word.denoiser.value_or(denoiser) == denoiser) own.push_back(word);
  }
  return own;
}

std::vector<std::int64_t> ResolvedRun::latent_shape() const {
  const LatentSpace space = latent_space();
  return {space.channels, request.extent.height / space.factor, request.extent.width / space.factor};
}

std::vector<std::size_t> ResolvedRun::controls_at(EvaluationIndex evaluation) const {
  const DenoiserName& denoiser = trajectory.segment_at(evaluation).denoiser;
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < controls.size(); ++i) {
    const bool acts = acts_at(request.controls[i], evaluation.value, trajectory.evaluations());
    if (acts && controls[i].places.contains(denoiser)) indices.push_back(i);
  }
  return indices;
}

ResolvedRun ResolvedRun::second_run() const {
  ResolvedRun run = *this;
  run.second.reset();
  run.trajectory = second->trajectory;
  run.request.steps = run.trajectory.schedule.asked_steps;
  MicroConditioning& micro = run.request.micro_conditioning;
  for (std::optional<Extent>* told : {&micro.original, &micro.target}) {
    if (*told == request.extent) *told = second->extent;
  }
  run.request.extent = second->extent;
  return run;
}

bool ResolvedRun::encodes() const {
  const bool is_second = request.second_pass && !second;
  if (!is_second) return source.has_value();
  const std::vector<DenoiserName> names = trajectory.denoisers();
  const auto inpaints = [&](const DenoiserName& name) {
    const auto* unet = std::get_if<UnetConfig>(&models.at(name).network);
    return unet != nullptr && unet->inpaints();
  };
  return request.second_pass->upscale == Upscale::Lanczos || std::any_of(names.begin(), names.end(), inpaints);
}

std::map<DenoiserName, std::string> ResolvedRun::residual_maps() const {
  std::map<DenoiserName, std::string> names;
  for (const ControlPart& control : controls) {
    for (const auto& [denoiser, places] : control.places) {
      const auto* map = std::get_if<ResidualMap>(&places);
      if (map != nullptr && !map->identity()) names[denoiser] = map->name();
    }
  }
  return names;
}

RunModels read_run_models(const GenerationRequest& request, const std::string& variant,
                          const std::vector<std::filesystem::path>& roots, PictureShelf* pictures) {
  RunModels read;
  PictureShelf own;
  PictureShelf& shelf = pictures != nullptr ? *pictures : own;
  if (request.prompt_syntax == PromptSyntax::Weighted) read.known = known_files(roots);
  for (const DenoiserChoice& choice : request.denoisers) {
    read.models.emplace(choice.name, read_model_parts(choice.model.location, variant, request.weights));
  }
  for (const ControlChoice& choice : request.controls)
    read.controls.push_back(read_control_part(choice, variant, shelf));
  for (const LoraChoice& choice : request.loras) read.loras.push_back(read_lora_part(choice.model.location));
  if (request.source) read.source = read_source_part(*request.source, shelf);
  return read;
}

ResolvedRun resolve_run(const GenerationRequest& request, const std::string& variant,
                        const std::vector<std::filesystem::path>& roots, PictureShelf* pictures) {
  require_valid(request);
  return resolve_run(request, read_run_models(request, variant, roots, pictures), variant);
}

ResolvedRun resolve_run(const GenerationRequest& request, RunModels read, const std::string& variant) {
  require_valid(request);
  ResolvedRun run;
  run.request = request;
  run.models = std::move(read.models);
  run.controls = std::move(read.controls);
  run.loras = std::move(read.loras);
  run.source = std::move(read.source);
  run.owner = owner_of(request, run.models);
  run.scheduler = *scheduler_lead(run).scheduler;
  run.vae = vae_of(run, variant);
  require_fitting_vae(run);
  infer_time_ids(run);
  require_all_stitch(run);
  settle_prompts(run, read.known);
  require_hidden_layer(run);
  fill_defaults(run.request, run);
  require_size_on_grid(run);
  const auto plan = [&run](const auto& planned) {
    std::string note;
    planned(note);
    if (!note.empty()) run.notes.push_back(note);
  };
  plan([&](std::string& note) { run.trajectory = make_trajectory(run.request, schedule_of(run), &note); });
  plan([&](std::string& note) { plan_second(run, note); });
  require_fitting_condition(run);
  require_fitting_source(run);
  fit_additions(run, variant);
  return run;
}

}  // namespace tstitch
