#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "core/engine/engine.h"
#include "core/engine/wire/codec.h"

// Every value that crosses, once, for both directions. A new member of one of these structs gets its line here; the
// test of the round trips fails without it.
namespace tstitch::wire {

using namespace std::string_view_literals;

template <>
struct Names<DeviceKind> {
  static constexpr std::array all{"auto"sv, "cpu"sv, "cuda"sv};
};
template <>
struct Names<Precision> {
  static constexpr std::array all{"default"sv, "auto"sv, "fp32"sv, "fp16"sv, "bf16"sv};
};
template <>
struct Names<PreviewKind> {
  static constexpr std::array all{"none"sv, "linear"sv, "tiny"sv, "full"sv};
};
template <>
struct Names<Stage> {
  static constexpr std::array all{"loading"sv, "text"sv, "sampling"sv, "decoding"sv, "saving"sv};
};
template <>
struct Names<PairRole> {
  static constexpr std::array all{"small"sv, "large"sv};
};
template <>
struct Names<Spacing> {
  static constexpr std::array all{"default"sv, "leading"sv,     "trailing"sv, "linspace"sv,
                                  "karras"sv,  "exponential"sv, "beta"sv,     "ays"sv};
};
template <>
struct Names<BetaSchedule> {
  static constexpr std::array all{"linear"sv, "scaled_linear"sv, "squaredcos_cap_v2"sv};
};
template <>
struct Names<Prediction> {
  static constexpr std::array all{"epsilon"sv, "v"sv, "sample"sv, "flow"sv};
};
template <>
struct Names<FamilyTable> {
  static constexpr std::array all{"stable-diffusion"sv, "stable-diffusion-xl"sv};
};
template <>
struct Names<Variance> {
  static constexpr std::array all{"fixed_small"sv,     "fixed_small_log"sv, "fixed_large"sv,
                                  "fixed_large_log"sv, "learned"sv,         "learned_range"sv};
};
template <>
struct Names<ModelRole> {
  static constexpr std::array all{"pipeline"sv, "denoiser"sv, "autoencoder"sv, "text_encoder"sv, "control_net"sv,
                                  "adapter"sv,  "lora"sv,     "embedding"sv,   "annotator"sv};
};
template <>
struct Names<Event> {
  static constexpr std::array all{"stage"sv,   "counts"sv, "load"sv,    "begun"sv,      "step"sv,
                                  "preview"sv, "saved"sv,  "warning"sv, "cell_begun"sv, "cell_ended"sv};
};
template <>
struct Names<Outcome> {
  static constexpr std::array all{"finished"sv, "cancelled"sv, "failed"sv};
};

/// The local form of request_json.h.
template <>
struct Codec<GenerationRequest> {
  static json write(const GenerationRequest& request, Blobs& blobs);
  static GenerationRequest read(const Place& place);
};
/// The pixels are a blob.
template <>
struct Codec<Image> {
  static json write(const Image& image, Blobs& blobs);
  static Image read(const Place& place);
};
/// The values are a blob of IEEE floats, the lowest byte first.
template <>
struct Codec<HostTensor> {
  static json write(const HostTensor& tensor, Blobs& blobs);
  static HostTensor read(const Place& place);
};
/// With its exit code; what is read is of the class that the code tells where it is thrown (throw_error()).
template <>
struct Codec<Error> {
  static json write(const Error& error, Blobs& blobs);
  static Error read(const Place& place);
};
template <>
struct Codec<ExitCode> {
  static json write(const ExitCode& code, Blobs& blobs);
  static ExitCode read(const Place& place);
};

/// Throws it as what its code says: UsageError, BadInput, ...
[[noreturn]] void throw_error(const Error& error);

template <>
struct Fields<RunSettings> {
  static constexpr auto all =
      std::tuple{field("device", &RunSettings::device),       field("device_index", &RunSettings::device_index),
                 field("precision", &RunSettings::precision), field("threads", &RunSettings::threads),
                 field("memory", &RunSettings::memory_limit), field("variant", &RunSettings::variant)};
};
template <>
struct Fields<PreviewSettings> {
  static constexpr auto all =
      std::tuple{field("kind", &PreviewSettings::kind), field("every", &PreviewSettings::every)};
};
template <>
struct Fields<Segment> {
  static constexpr auto all =
      std::tuple{field("denoiser", &Segment::denoiser), field("evaluations", &Segment::evaluations),
                 field("guidance", &Segment::guidance), field("prompt", &Segment::prompt)};
};
template <>
struct Fields<Made> {
  static constexpr auto all = std::tuple{field("device", &Made::device),
                                         field("precision", &Made::precision),
                                         field("threads", &Made::threads),
                                         field("program", &Made::program),
                                         field("initial_noise", &Made::initial_noise),
                                         field("step_noise", &Made::step_noise),
                                         field("seconds", &Made::seconds),
                                         field("residual_maps", &Made::residual_maps),
                                         field("engine", &Made::engine)};
};
template <>
struct Fields<NoiseLevel> {
  static constexpr auto all = std::tuple{field("signal", &NoiseLevel::signal), field("noise", &NoiseLevel::noise),
                                         field("timestep", &NoiseLevel::timestep)};
};
template <>
struct Fields<Evaluation> {
  static constexpr auto all = std::tuple{field("step", &Evaluation::step), field("level", &Evaluation::level)};
};
template <>
struct Fields<LatentSpace> {
  static constexpr auto all = std::tuple{field("channels", &LatentSpace::channels),
                                         field("factor", &LatentSpace::factor),
                                         field("scale", &LatentSpace::scale),
                                         field("shift", &LatentSpace::shift),
                                         field("encoder_fingerprint", &LatentSpace::encoder_fingerprint),
                                         field("presumed", &LatentSpace::presumed)};
};
template <>
struct Fields<SchedulerConfig> {
  static constexpr auto all = std::tuple{field("class_name", &SchedulerConfig::class_name),
                                         field("file", &SchedulerConfig::file),
                                         field("train_timesteps", &SchedulerConfig::train_timesteps),
                                         field("beta_start", &SchedulerConfig::beta_start),
                                         field("beta_end", &SchedulerConfig::beta_end),
                                         field("beta_schedule", &SchedulerConfig::beta_schedule),
                                         field("trained_betas", &SchedulerConfig::trained_betas),
                                         field("prediction", &SchedulerConfig::prediction),
                                         field("rescale_zero_snr", &SchedulerConfig::rescale_zero_snr),
                                         field("spacing", &SchedulerConfig::spacing),
                                         field("steps_offset", &SchedulerConfig::steps_offset),
                                         field("set_alpha_to_one", &SchedulerConfig::set_alpha_to_one),
                                         field("skip_prk_steps", &SchedulerConfig::skip_prk_steps),
                                         field("clip_sample", &SchedulerConfig::clip_sample),
                                         field("clip_sample_range", &SchedulerConfig::clip_sample_range),
                                         field("variance", &SchedulerConfig::variance),
                                         field("use_karras_sigmas", &SchedulerConfig::use_karras_sigmas),
                                         field("use_exponential_sigmas", &SchedulerConfig::use_exponential_sigmas),
                                         field("use_beta_sigmas", &SchedulerConfig::use_beta_sigmas),
                                         field("use_lu_lambdas", &SchedulerConfig::use_lu_lambdas),
                                         field("sigma_min", &SchedulerConfig::sigma_min),
                                         field("sigma_max", &SchedulerConfig::sigma_max),
                                         field("lambda_min_clipped", &SchedulerConfig::lambda_min_clipped),
                                         field("continuous_timesteps", &SchedulerConfig::continuous_timesteps),
                                         field("log_linear_sigmas", &SchedulerConfig::log_linear_sigmas),
                                         field("thresholding", &SchedulerConfig::thresholding),
                                         field("algorithm_type", &SchedulerConfig::algorithm_type),
                                         field("solver_type", &SchedulerConfig::solver_type),
                                         field("solver_order", &SchedulerConfig::solver_order),
                                         field("lower_order_final", &SchedulerConfig::lower_order_final),
                                         field("euler_at_final", &SchedulerConfig::euler_at_final),
                                         field("predict_x0", &SchedulerConfig::predict_x0),
                                         field("disable_corrector", &SchedulerConfig::disable_corrector),
                                         field("has_own_predictor", &SchedulerConfig::has_own_predictor),
                                         field("final_sigmas_type", &SchedulerConfig::final_sigmas_type),
                                         field("original_inference_steps", &SchedulerConfig::original_inference_steps),
                                         field("timestep_scaling", &SchedulerConfig::timestep_scaling),
                                         field("family_table", &SchedulerConfig::family_table),
                                         field("respaced", &SchedulerConfig::respaced),
                                         field("learns_variance", &SchedulerConfig::learns_variance),
                                         field("default_eta", &SchedulerConfig::default_eta)};
};
template <>
struct Fields<FileStamp> {
  static constexpr auto all = std::tuple{field("path", &FileStamp::path), field("size", &FileStamp::size),
                                         field("changed", &FileStamp::changed), field("inode", &FileStamp::inode)};
};
template <>
struct Fields<ModelFacts> {
  static constexpr auto all = std::tuple{field("name", &ModelFacts::name),
                                         field("path", &ModelFacts::path),
                                         field("family", &ModelFacts::family),
                                         field("network_class", &ModelFacts::network_class),
                                         field("purpose", &ModelFacts::purpose),
                                         field("latent", &ModelFacts::latent),
                                         field("latent_channels", &ModelFacts::latent_channels),
                                         field("scheduler", &ModelFacts::scheduler),
                                         field("text_width", &ModelFacts::text_width),
                                         field("pooled_width", &ModelFacts::pooled_width),
                                         field("context_width", &ModelFacts::context_width),
                                         field("addition_width", &ModelFacts::addition_width),
                                         field("time_id_width", &ModelFacts::time_id_width),
                                         field("class_count", &ModelFacts::class_count),
                                         field("class_names", &ModelFacts::class_names),
                                         field("parameters", &ModelFacts::parameters),
                                         field("has_both_weights", &ModelFacts::has_both_weights),
                                         field("dtype", &ModelFacts::dtype),
                                         field("sample_size", &ModelFacts::sample_size),
                                         field("size_multiple", &ModelFacts::size_multiple),
                                         field("network_bytes_fp32", &ModelFacts::network_bytes_fp32),
                                         field("other_bytes_fp32", &ModelFacts::other_bytes_fp32),
                                         field("files", &ModelFacts::files),
                                         field("stamps", &ModelFacts::stamps)};
};
template <>
struct Fields<MeasuredSeconds> {
  static constexpr auto all =
      std::tuple{field("evaluation", &MeasuredSeconds::evaluation), field("text", &MeasuredSeconds::text),
                 field("decode", &MeasuredSeconds::decode)};
};
template <>
struct Fields<ResidencyStage> {
  static constexpr auto all =
      std::tuple{field("name", &ResidencyStage::name), field("parts", &ResidencyStage::parts),
                 field("weights", &ResidencyStage::weight_bytes), field("working", &ResidencyStage::working_bytes)};
};
template <>
struct Fields<ResidencyPlan> {
  static constexpr auto all =
      std::tuple{field("stages", &ResidencyPlan::stages), field("one_at_a_time", &ResidencyPlan::one_at_a_time),
                 field("available", &ResidencyPlan::available_bytes)};
};
template <>
struct Fields<Extent> {
  static constexpr auto all = std::tuple{field("width", &Extent::width), field("height", &Extent::height)};
};
template <>
struct Fields<SecondPlan> {
  static constexpr auto all =
      std::tuple{field("extent", &SecondPlan::extent), field("segments", &SecondPlan::segments),
                 field("evaluations", &SecondPlan::evaluations), field("measured", &SecondPlan::measured)};
};
template <>
struct Fields<RunPlan> {
  static constexpr auto all = std::tuple{field("request", &RunPlan::request),
                                         field("segments", &RunPlan::segments),
                                         field("evaluations", &RunPlan::evaluations),
                                         field("skipped_evaluations", &RunPlan::skipped_evaluations),
                                         field("seam_places", &RunPlan::seam_places),
                                         field("latent_shape", &RunPlan::latent_shape),
                                         field("models", &RunPlan::models),
                                         field("class_count", &RunPlan::class_count),
                                         field("measured", &RunPlan::measured),
                                         field("second", &RunPlan::second),
                                         field("residency", &RunPlan::residency),
                                         field("made", &RunPlan::made),
                                         field("notes", &RunPlan::notes)};
};
template <>
struct Fields<PlanAnswer> {
  static constexpr auto all = std::tuple{field("plan", &PlanAnswer::plan), field("problem", &PlanAnswer::problem)};
};
template <>
struct Fields<KnownModel> {
  static constexpr auto all = std::tuple{field("name", &KnownModel::name), field("title", &KnownModel::title),
                                         field("licence", &KnownModel::licence), field("hub", &KnownModel::hub),
                                         field("place", &KnownModel::place)};
};
template <>
struct Fields<KnownPart> {
  static constexpr auto all = std::tuple{field("name", &KnownPart::name), field("purpose", &KnownPart::purpose),
                                         field("place", &KnownPart::place)};
};
template <>
struct Fields<Catalog> {
  static constexpr auto all = std::tuple{field("pairs", &Catalog::pairs), field("models", &Catalog::models),
                                         field("parts", &Catalog::parts), field("problems", &Catalog::problems)};
};
template <>
struct Fields<FoundModel> {
  static constexpr auto all = std::tuple{field("name", &FoundModel::name),
                                         field("place", &FoundModel::place),
                                         field("program", &FoundModel::program),
                                         field("here", &FoundModel::here),
                                         field("looked_at", &FoundModel::looked_at),
                                         field("role", &FoundModel::role),
                                         field("family", &FoundModel::family),
                                         field("latent_space", &FoundModel::latent_space),
                                         field("parameters", &FoundModel::parameters),
                                         field("problem", &FoundModel::problem)};
};
template <>
struct Fields<FoundFolder> {
  static constexpr auto all = std::tuple{field("path", &FoundFolder::path), field("program", &FoundFolder::program),
                                         field("own", &FoundFolder::own), field("here", &FoundFolder::here),
                                         field("models", &FoundFolder::models)};
};
template <>
struct Fields<FoundModels> {
  static constexpr auto all =
      std::tuple{field("folders", &FoundModels::folders), field("models", &FoundModels::models),
                 field("headers_read", &FoundModels::headers_read), field("complete", &FoundModels::complete)};
};
template <>
struct Fields<PairEntry> {
  static constexpr auto all = std::tuple{field("name", &PairEntry::name),
                                         field("title", &PairEntry::title),
                                         field("large", &PairEntry::large),
                                         field("small", &PairEntry::small),
                                         field("defaults", &PairEntry::defaults),
                                         field("example_prompts", &PairEntry::example_prompts),
                                         field("licence", &PairEntry::licence),
                                         field("sha256", &PairEntry::sha256),
                                         field("latent_space", &PairEntry::latent_space),
                                         field("not_here", &PairEntry::not_here),
                                         field("repositories", &PairEntry::repositories)};
};

template <>
struct Fields<AddedToken> {
  static constexpr auto all =
      std::tuple{field("content", &AddedToken::content), field("normalized", &AddedToken::normalized)};
};
template <>
struct Fields<TokenizerConfig> {
  static constexpr auto all = std::tuple{field("model_max_length", &TokenizerConfig::model_max_length),
                                         field("bos", &TokenizerConfig::bos),
                                         field("eos", &TokenizerConfig::eos),
                                         field("unk", &TokenizerConfig::unk),
                                         field("pad", &TokenizerConfig::pad),
                                         field("added", &TokenizerConfig::added)};
};
template <>
struct Fields<TokenizerTables> {
  static constexpr auto all =
      std::tuple{field("symbols", &TokenizerTables::symbols), field("merges", &TokenizerTables::merges),
                 field("config", &TokenizerTables::config)};
};

template <>
struct Fields<StageChanged> {
  static constexpr auto all = std::tuple{field("stage", &StageChanged::stage)};
};
template <>
struct Fields<EvaluationCounts> {
  static constexpr auto all = std::tuple{field("evaluations", &EvaluationCounts::evaluations)};
};
template <>
struct Fields<LoadProgress> {
  static constexpr auto all = std::tuple{field("bytes", &LoadProgress::bytes), field("of", &LoadProgress::of)};
};
template <>
struct Fields<StepBegun> {
  static constexpr auto all = std::tuple{field("evaluation", &StepBegun::evaluation), field("of", &StepBegun::of),
                                         field("denoiser", &StepBegun::denoiser)};
};
template <>
struct Fields<StepDone> {
  static constexpr auto all = std::tuple{field("evaluation", &StepDone::evaluation), field("of", &StepDone::of),
                                         field("denoiser", &StepDone::denoiser), field("sigma", &StepDone::sigma),
                                         field("took", &StepDone::took)};
};
template <>
struct Fields<PreviewReady> {
  static constexpr auto all =
      std::tuple{field("evaluation", &PreviewReady::evaluation), field("denoiser", &PreviewReady::denoiser),
                 field("image", &PreviewReady::image)};
};
template <>
struct Fields<SavedImage> {
  static constexpr auto all = std::tuple{field("file", &SavedImage::file), field("seed", &SavedImage::seed),
                                         field("image", &SavedImage::image)};
};
template <>
struct Fields<ImageSaved> {
  static constexpr auto all = std::tuple{field("image", &ImageSaved::image)};
};
template <>
struct Fields<Warning> {
  static constexpr auto all = std::tuple{field("text", &Warning::text)};
};
template <>
struct Fields<CellBegun> {
  static constexpr auto all = std::tuple{field("cell", &CellBegun::cell)};
};
template <>
struct Fields<CellEnded> {
  static constexpr auto all = std::tuple{field("cell", &CellEnded::cell), field("file", &CellEnded::file),
                                         field("seconds", &CellEnded::seconds), field("error", &CellEnded::error)};
};

template <>
struct Fields<SegmentTime> {
  static constexpr auto all =
      std::tuple{field("denoiser", &SegmentTime::denoiser), field("evaluations", &SegmentTime::evaluations),
                 field("seconds", &SegmentTime::seconds)};
};
template <>
struct Fields<EvaluationRecord> {
  static constexpr auto all =
      std::tuple{field("latent", &EvaluationRecord::latent), field("denoised", &EvaluationRecord::denoised),
                 field("denoiser", &EvaluationRecord::denoiser)};
};
template <>
struct Fields<MadePicture> {
  static constexpr auto all =
      std::tuple{field("image", &MadePicture::image),     field("request", &MadePicture::request),
                 field("made", &MadePicture::made),       field("segments", &MadePicture::segments),
                 field("latents", &MadePicture::latents), field("record", &MadePicture::record)};
};
template <>
struct Fields<StageSeconds> {
  static constexpr auto all =
      std::tuple{field("load", &StageSeconds::load), field("text", &StageSeconds::text),
                 field("sample", &StageSeconds::sample), field("decode", &StageSeconds::decode)};
};
template <>
struct Fields<RunReport> {
  static constexpr auto all = std::tuple{field("segments", &RunReport::segments), field("picture", &RunReport::picture),
                                         field("images", &RunReport::images), field("seconds", &RunReport::seconds),
                                         field("request", &RunReport::request)};
};
template <>
struct Fields<Finished> {
  static constexpr auto all = std::tuple{field("report", &Finished::report)};
};
template <>
struct Fields<Cancelled> {
  static constexpr auto all = std::tuple{field("report", &Cancelled::report)};
};
template <>
struct Fields<Failed> {
  static constexpr auto all =
      std::tuple{field("what", &Failed::what), field("where", &Failed::where), field("hint", &Failed::hint),
                 field("code", &Failed::code), field("report", &Failed::report)};
};

template <>
struct Fields<StateTrail> {
  static constexpr auto all = std::tuple{field("first", &StateTrail::first), field("goes_on", &StateTrail::goes_on)};
};
template <>
struct Fields<PictureRun> {
  static constexpr auto all = std::tuple{field("request", &PictureRun::request),
                                         field("settings", &PictureRun::settings),
                                         field("preview", &PictureRun::preview),
                                         field("initial_noise", &PictureRun::initial_noise),
                                         field("step_noise", &PictureRun::step_noise),
                                         field("wants_latents", &PictureRun::wants_latents),
                                         field("wants_record", &PictureRun::wants_record),
                                         field("from", &PictureRun::from),
                                         field("until", &PictureRun::until),
                                         field("keep", &PictureRun::keep),
                                         field("trail", &PictureRun::trail),
                                         field("more_follow", &PictureRun::more_follow)};
};
template <>
struct Fields<MeasuredPrecision> {
  static constexpr auto all =
      std::tuple{field("precision", &MeasuredPrecision::precision), field("seconds", &MeasuredPrecision::seconds),
                 field("error", &MeasuredPrecision::error)};
};
template <>
struct Fields<MeasuredPair> {
  static constexpr auto all =
      std::tuple{field("models", &MeasuredPair::models), field("extent", &MeasuredPair::extent),
                 field("passes", &MeasuredPair::passes), field("precision", &MeasuredPair::precision),
                 field("device", &MeasuredPair::device), field("evaluation", &MeasuredPair::evaluation),
                 field("fixed", &MeasuredPair::fixed)};
};
template <>
struct Names<BenchDetail> {
  static constexpr std::array all{"times"sv, "operators"sv};
};
template <>
struct Fields<OperatorTime> {
  static constexpr auto all = std::tuple{field("name", &OperatorTime::name), field("calls", &OperatorTime::calls),
                                         field("seconds", &OperatorTime::seconds), field("flop", &OperatorTime::flop)};
};
template <>
struct Fields<StepProfile> {
  static constexpr auto all =
      std::tuple{field("seconds", &StepProfile::seconds), field("operators", &StepProfile::operators),
                 field("threads", &StepProfile::threads), field("roof_gflops", &StepProfile::roof_gflops)};
};
template <>
struct Fields<BenchReport::Denoiser> {
  static constexpr auto all = std::tuple{field("seconds_per_step", &BenchReport::Denoiser::seconds_per_step),
                                         field("load_seconds", &BenchReport::Denoiser::load_seconds),
                                         field("profile", &BenchReport::Denoiser::profile)};
};
template <>
struct Fields<BenchReport> {
  static constexpr auto all =
      std::tuple{field("denoisers", &BenchReport::denoisers),
                 field("text_seconds", &BenchReport::text_seconds),
                 field("decode_seconds", &BenchReport::decode_seconds),
                 field("start_to_first_step_seconds", &BenchReport::start_to_first_step_seconds),
                 field("peak_bytes", &BenchReport::peak_bytes),
                 field("roof_gflops", &BenchReport::roof_gflops)};
};

// Compiled once, in values.cpp.
extern template struct Codec<SchedulerConfig>;
extern template struct Codec<ModelFacts>;
extern template struct Codec<RunPlan>;
extern template struct Codec<PlanAnswer>;
extern template struct Codec<PairEntry>;
extern template struct Codec<Event>;
extern template struct Codec<Outcome>;
extern template struct Codec<MadePicture>;
extern template struct Codec<RunReport>;
extern template struct Codec<PictureRun>;
extern template struct Codec<BenchReport>;
extern template struct Codec<RunSettings>;

}  // namespace tstitch::wire
