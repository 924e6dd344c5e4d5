#include "app/cli/requested_job.h"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <utility>

#include "app/cli/option_reader.h"
#include "core/base/text.h"
#include "core/jobs/stored_request.h"
#include "core/models/model_index.h"
#include "core/request/class_names.h"
#include "core/request/limits.h"
#include "core/request/option_text.h"
#include "core/system/current_folder.h"

namespace tstitch::cli {
namespace fs = std::filesystem;

namespace {

using Text = RunArguments::Text;

auto whole_number(int low, int high) {
  return [=](const std::string& text) { return parse_whole_number(text, {}, low, high); };
}

auto number(double low, double high) {
  return [=](const std::string& text) { return parse_number(text, {}, low, high); };
}

/// The value itself, for options that take any text.
std::string as_it_is(const std::string& text) {
  return text;
}

DenoiserChoice* denoiser_named(GenerationRequest& request, const DenoiserName& name) {
  for (DenoiserChoice& choice : request.denoisers) {
    if (choice.name == name) return &choice;
  }
  return nullptr;
}

/// The reference of that denoiser, new where there is none yet: the small one before all others, by cost.
ModelReference& denoiser_slot(GenerationRequest& request, const DenoiserName& name) {
  if (DenoiserChoice* known = denoiser_named(request, name)) return known->model;
  const auto place = name == "small" ? request.denoisers.begin() : request.denoisers.end();
  return request.denoisers.insert(place, DenoiserChoice{name, {}, std::nullopt})->model;
}

/// Decides which models run, from what was typed and what the picture of --from names.
class ModelChooser {
 public:
  ModelChooser(OptionReader& reader, const RunArguments& arguments, const EngineHost& host, GenerationRequest& request)
      : reader_(reader), arguments_(arguments), host_(host), request_(request) {}

  void choose() {
    if (arguments_.pair && !arguments_.large) {
      reader_.attempt("--pair", [&] { request_.denoisers = pair().defaults.denoisers; });
    }
    if (arguments_.large && !arguments_.from) request_.denoisers.clear();
    if (arguments_.small) choose_model("--small", denoiser_slot(request_, "small"), *arguments_.small, PairRole::Small);
    if (arguments_.large) choose_model("--large", denoiser_slot(request_, "large"), *arguments_.large, PairRole::Large);
    for (const std::string& named : arguments_.models) choose_further(named);
    if (arguments_.vae) choose_model("--vae", request_.vae.emplace(), *arguments_.vae, PairRole::Large);
    if (!arguments_.controls.empty()) request_.controls.clear();
    if (!arguments_.loras.empty()) request_.loras.clear();
    if (!arguments_.embeddings.empty()) request_.embeddings.clear();
    for (const std::string& text : arguments_.controls) reader_.attempt("--control", [&] { choose_control(text); });
    for (const std::string& text : arguments_.loras) reader_.attempt("--lora", [&] { choose_lora(text); });
    for (const std::string& text : arguments_.embeddings) {
      reader_.attempt("--embedding", [&] { choose_embedding(text); });
    }
    if (arguments_.from) reader_.attempt("--from", [&] { request_ = host_.engine->locate(request_); });
  }

  /// The pair that was named, or the bundled one.
  [[nodiscard]] PairEntry pair() const {
    const std::vector<PairEntry> pairs = host_.engine->pairs();
    if (pairs.empty()) throw BadInput("no pair of models is installed.", "--pair", "Give --large and --small.");
    if (!arguments_.pair) return pairs.front();
    if (const PairEntry* named = pair_named(pairs, *arguments_.pair)) {
      require_here(*named);
      return *named;
    }
    std::vector<std::string> names;
    names.reserve(pairs.size());
    for (const PairEntry& pair : pairs) names.push_back(pair.name);
    throw BadInput(concat("no pair is called \"", *arguments_.pair, "\"."), "--pair",
                   concat("Known names: ", join(names, ", "), "."));
  }

 private:
  /// What was typed stands in the request also where nothing is found there.
  void choose_model(const char* option, ModelReference& model, const std::string& place, PairRole role) {
    model = ModelReference{place, {}, {}, {}};
    find(option, model, role);
  }

  /// Where the model that was typed lies, and what it is called.
  void find(const char* option, ModelReference& model, PairRole role = PairRole::Large) {
    reader_.attempt(option, [&] {
      model.location = host_.engine->find_model(model.name, role);
      model.name = display_name(absolute_path(model.location));
    });
  }

  /// A file of the asking side where it is there, else the engine's.
  void find_file(const char* option, ModelReference& model) {
    std::error_code ignored;
    if (!fs::exists(model.name, ignored)) return find(option, model);
    model.location = model.name;
    model.name = display_name(absolute_path(model.location));
  }

  void choose_further(const std::string& named) {
    const std::size_t equals = named.find('=');
    if (equals == std::string::npos || equals == 0) {
      return reader_.attempt("--model", [&] { throw UsageError(concat("\"", named, "\" is not NAME=PATH.")); });
    }
    ModelReference& model = denoiser_slot(request_, named.substr(0, equals));
    choose_model("--model", model, named.substr(equals + 1), PairRole::Large);
  }

  void choose_control(const std::string& text) {
    ControlChoice& control = request_.controls.emplace_back(parse_control(text));
    find("--control", control.model);
    if (control.annotator) find("--control", *control.annotator);
  }

  void choose_lora(const std::string& text) {
    LoraChoice& lora = request_.loras.emplace_back(parse_lora(text));
    find_file("--lora", lora.model);
  }

  void choose_embedding(const std::string& text) {
    EmbeddingChoice& embedding = request_.embeddings.emplace_back(parse_embedding(text));
    find_file("--embedding", embedding.model);
  }

  OptionReader& reader_;
  const RunArguments& arguments_;
  const EngineHost& host_;
  GenerationRequest& request_;
};

void choose_segment_prompt(const std::string& text, GenerationRequest& request) {
  const SegmentPrompt chosen = parse_segment_prompt(text);
  auto* split = std::get_if<SegmentSplit>(&request.split);
  if (split == nullptr) throw UsageError("the run has a ratio and no segments.", {}, "Add --segments.");
  if (chosen.index >= split->segments.size()) {
    throw UsageError(concat("there are ", split->segments.size(), " segments, and \"", text, "\" is for segment ",
                            chosen.index + 1, "."));
  }
  split->segments[chosen.index].prompt = chosen.text;
}

void choose_split(OptionReader& reader, const RunArguments& arguments, GenerationRequest& request) {
  RatioSplit ratio;
  const auto* known = std::get_if<RatioSplit>(&request.split);
  if (known != nullptr) ratio = *known;
  reader.read("--rule", arguments.rule, ratio.rule, parse_choice<SplitRule>);
  reader.read("--ratio", arguments.ratio, ratio.shares,
              [](const std::string& text) { return parse_ratio_list(text, Repeats::Allowed); });
  const bool one_denoiser = request.denoisers.size() < 2;
  if (one_denoiser && !arguments.ratio) ratio.shares = {Percent{0}};
  if (one_denoiser && arguments.ratio && ratio.shares != std::vector{Percent{0}}) {
    reader.attempt("--ratio", [&] {
      throw UsageError(concat("\"", *arguments.ratio, "\" needs a small denoiser, and only a large one is given."), {},
                       "Add --small PATH.");
    });
  }
  if (arguments.ratio || arguments.rule || known != nullptr) request.split = ratio;
  reader.read("--segments", arguments.segments, request.split,
              [](const std::string& text) { return SegmentSplit{parse_segments(text)}; });
  for (const std::string& text : arguments.segment_prompts) {
    reader.attempt("--segment-prompt", [&] { choose_segment_prompt(text, request); });
  }
}

PictureReference typed_picture(const std::string& text) {
  if (text.empty()) throw UsageError("the path is empty.");
  const fs::path file(text);
  return {file.filename().string(), {}, file};
}

void require_source(const GenerationRequest& request) {
  if (!request.source) throw UsageError("there is no picture to start from.", {}, "Add --image FILE.");
}

/// `strength` as it may be: not the range of a number option, whose lower end would count.
double parse_begin(const std::string& text) {
  const double strength = number(0, 1)(text);
  if (strength == 0) throw UsageError("0 changes nothing; a number above 0 and at most 1 is expected.");
  return strength;
}

void choose_source(OptionReader& reader, const RunArguments& arguments, GenerationRequest& request) {
  if (arguments.image) {
    reader.attempt("--image", [&] {
      const PictureReference picture = typed_picture(*arguments.image);
      request.source = SourceChoice{picture, request.source.value_or(SourceChoice{}).strength, std::nullopt, 0};
      if (!arguments.from) request.extent = {};  // a picture brings its own size where none is asked for
    });
  }
  const auto read_part = [&](const char* option, const Text& text, const auto& take) {
    if (!text) return;
    reader.attempt(option, [&] {
      require_source(request);
      take(*request.source, *text);
    });
  };
  read_part("--strength", arguments.strength,
            [](SourceChoice& source, const std::string& text) { source.strength = parse_begin(text); });
  read_part("--mask", arguments.mask,
            [](SourceChoice& source, const std::string& text) { source.mask = typed_picture(text); });
  read_part("--mask-feather", arguments.mask_feather, [](SourceChoice& source, const std::string& text) {
    source.mask_feather = whole_number(0, kMostFeather)(text);
  });
  reader.read("--second-pass", arguments.second_pass, request.second_pass, parse_second_pass);
}

void choose_sampling(OptionReader& reader, const RunArguments& arguments, GenerationRequest& request) {
  if (arguments.sampler && !arguments.eta) request.eta.reset();  // what another sampler had says nothing of this one
  reader.read("--steps", arguments.steps, request.steps, whole_number(1, 1000));
  reader.read("--sampler", arguments.sampler, request.sampler, parse_choice<SamplerKind>);
  reader.read("--spacing", arguments.spacing, request.spacing, parse_choice<Spacing>);
  reader.read("--eta", arguments.eta, request.eta, number(0, 1));
  reader.read("--seam", arguments.seam, request.seam, parse_choice<SeamHistory>);
  reader.read("--size", arguments.size, request.extent, parse_extent);
  reader.read("--guidance", arguments.guidance, request.guidance_scale, number(0, kMostGuidance));
  reader.read("--guidance-embedding", arguments.guidance_embedding, request.guidance_embedding,
              parse_choice<GuidanceEmbedding>);
  reader.read("--guided-channels", arguments.guided_channels, request.guided_channels, parse_choice<GuidedChannels>);
  reader.read("--null-class", arguments.null_class, request.null_class, parse_choice<NullClass>);
  reader.read("--weights", arguments.weights, request.weights, parse_choice<WeightChoice>);
  MicroConditioning& micro = request.micro_conditioning;
  reader.read("--original-size", arguments.original_size, micro.original, parse_extent);
  reader.read("--crop", arguments.crop, micro.crop, parse_crop);
  reader.read("--target-size", arguments.target_size, micro.target, parse_extent);
  if (!arguments.guidance_small) return;
  reader.attempt("--guidance-small", [&] {
    DenoiserChoice* small = denoiser_named(request, "small");
    if (small == nullptr) throw UsageError("there is no small denoiser in this run.");
    small->guidance = number(0, kMostGuidance)(*arguments.guidance_small);
  });
}

void choose_words(OptionReader& reader, const RunArguments& arguments, GenerationRequest& request) {
  reader.read("PROMPT", arguments.prompt, request.prompt, as_it_is);
  reader.read("--negative", arguments.negative, request.negative_prompt, as_it_is);
  reader.read("--prompt-syntax", arguments.prompt_syntax, request.prompt_syntax, parse_choice<PromptSyntax>);
  reader.read("--clip-skip", arguments.clip_skip, request.clip_skip, whole_number(1, kMostClipSkip));
  reader.read("--text", arguments.text, request.text, parse_choice<TextSource>);
  reader.read("--decoder", arguments.decoder, request.decoder, parse_choice<DecoderKind>);
  if (draws_seed(arguments)) request.seed = std::random_device{}();
  reader.read("--seed", arguments.seed, request.seed, parse_seed);
}

/// The model that says what a run can draw.
ModelFacts lead_facts(const EngineHost& host, GenerationRequest& request) {
  const DenoiserChoice* large = denoiser_named(request, "large");
  const DenoiserChoice& lead = large == nullptr ? request.denoisers.back() : *large;
  return host.engine->inspect(lead.model.location);
}

/// The classes of --class, --count pictures of each, in the words of the model.
void choose_classes(const std::string& text, const EngineHost& host, Job& job) {
  if (job.request.denoisers.empty()) return;  // told already
  const ModelFacts facts = lead_facts(host, job.request);
  if (facts.class_count == 0) throw UsageError("this model draws what a prompt says and takes no class.");
  const std::vector<int> labels = parse_class_list(text, facts.class_count, facts.class_names);
  job.request.class_label = labels.front();
  if (labels.size() == 1) return;
  for (const int label : labels) job.classes.insert(job.classes.end(), static_cast<std::size_t>(job.count), label);
  job.count = static_cast<int>(job.classes.size());
}

/// What the picture shows must be said: by a prompt or a class, or by the picture of --from.
void require_subject(const RunArguments& arguments, const EngineHost& host, Job& job) {
  if (arguments.prompt || arguments.from || arguments.classes || job.request.denoisers.empty()) return;
  if (lead_facts(host, job.request).class_count == 0) {
    throw UsageError("none was given.", "PROMPT", "Say what the picture shows.");
  }
  throw UsageError("this model draws classes, and none is named.", "--class", "Give a number or a name.");
}

/// The request of --from, the pair's, or a bare one where the models are named; options come on top of it.
GenerationRequest start_of(OptionReader& reader, const RunArguments& arguments, const ModelChooser& models,
                           std::optional<Made>& made) {
  GenerationRequest start;
  if (arguments.from) {
    reader.attempt("--from", [&] {
      const PictureRequest stored = stored_request(*arguments.from);
      start = stored.request;
      made = stored.made;
    });
  } else if (!arguments.large) {
    reader.attempt("--pair", [&] { start = models.pair().defaults; });
  }
  return start;
}

/// What a field of the request is called here.
const char* option_of(const Problem& problem) {
  constexpr std::array<std::pair<std::string_view, const char*>, 17> kOptions{{
      {"class", "--class"},
      {"source.picture", "--image"},
      {"source.strength", "--strength"},
      {"source.mask_feather", "--mask-feather"},
      {"source.mask", "--mask"},
      {"second_pass", "--second-pass"},
      {"controls", "--control"},
      {"loras", "--lora"},
      {"embeddings", "--embedding"},
      {"clip_skip", "--clip-skip"},
      {"denoisers", "--model"},
      {"split.shares", "--ratio"},
      {"split.segments", "--segments"},
      {"size", "--size"},
      {"micro_conditioning.original", "--original-size"},
      {"micro_conditioning.crop", "--crop"},
      {"micro_conditioning.target", "--target-size"},
  }};
  for (const auto& [field, option] : kOptions) {
    if (problem.field.starts_with(field)) return option;
  }
  return problem.field.c_str();
}

/// What is wrong with options together, or with one beside the picture of --from.
void refuse_problems(OptionReader& reader, const GenerationRequest& request) {
  for (const Problem& problem : validate(request)) {
    reader.attempt(option_of(problem), [&] { throw UsageError(concat(problem.text, ".")); });
  }
}

/// The words of textual inversions that were given without one.
void choose_embedding_words(OptionReader& reader, const EngineHost& host, GenerationRequest& request) {
  const std::vector<std::string> texts{request.prompt, request.negative_prompt.value_or("")};
  for (EmbeddingChoice& embedding : request.embeddings) {
    if (!embedding.word.empty()) continue;
    embedding.word = fs::path(embedding.model.name).stem().string();
    if (embedding.model.location.empty()) continue;  // told already
    reader.attempt("--embedding",
                   [&] { embedding.word = host.engine->embedding_word(embedding.model.location, texts); });
  }
}

/// `made`: how the picture of --from came to be.
void read_request(OptionReader& reader, const RunArguments& arguments, const EngineHost& host,
                  GenerationRequest& request, std::optional<Made>& made) {
  ModelChooser models(reader, arguments, host, request);
  request = start_of(reader, arguments, models, made);
  choose_source(reader, arguments, request);  // before the rest is looked for: what is given need not be found
  models.choose();
  choose_split(reader, arguments, request);
  choose_sampling(reader, arguments, request);
  choose_words(reader, arguments, request);
  choose_embedding_words(reader, host, request);
  refuse_problems(reader, request);
}

DeviceKind parse_device_kind(std::string_view name) {
  if (name == "auto") return DeviceKind::Auto;
  if (name == "cpu") return DeviceKind::Cpu;
  if (name == "cuda") return DeviceKind::Cuda;
  throw UsageError(concat("\"", name, "\" is unknown, it takes auto, cpu or cuda[:INDEX]."));
}

Precision parse_precision(std::string_view name) {
  if (name == "auto") return Precision::Auto;
  if (name == "fp32") return Precision::Fp32;
  if (name == "fp16") return Precision::Fp16;
  if (name == "bf16") return Precision::Bf16;
  throw UsageError(concat("\"", name, "\" is unknown, it takes auto, fp32, fp16 or bf16."));
}

void read_device(const std::string& text, RunSettings& settings) {
  const std::size_t colon = text.find(':');
  settings.device = parse_device_kind(std::string_view(text).substr(0, colon));
  if (colon == std::string::npos) return;
  if (settings.device != DeviceKind::Cuda) throw UsageError("only cuda takes an index.");
  settings.device_index = parse_whole_number(text.substr(colon + 1), {}, 0, 127);
}

/// What this device computes slowly is no choice here; such files are read all the same.
void require_fast(const RunSettings& settings, const EngineHost& host) {
  if (settings.precision != Precision::Fp16 && settings.precision != Precision::Bf16) return;
  const std::vector<Precision> fast = host.engine->fast_precisions(settings);
  if (std::find(fast.begin(), fast.end(), settings.precision) != fast.end()) return;
  std::vector<std::string> names;
  names.reserve(fast.size());
  for (const Precision each : fast) names.emplace_back(name_of(each));
  const std::string known = join(names, " and ");
  throw UsageError(concat("this processor has no ", name_of(settings.precision),
                          " arithmetic: an evaluation would take minutes. Fast here: ", known, "."),
                   {}, concat("Choose --precision ", names.back(), "; files in half precision are read with it, too."));
}

void read_settings(OptionReader& reader, const RunArguments& arguments, const EngineHost& host, RunSettings& settings) {
  if (arguments.device) reader.attempt("--device", [&] { read_device(*arguments.device, settings); });
  reader.read("--precision", arguments.precision, settings.precision, parse_precision);
  reader.attempt("--precision", [&] { require_fast(settings, host); });
  reader.read("--threads", arguments.threads, settings.threads, whole_number(1, 1024));
  reader.read("--memory", arguments.memory, settings.memory_limit, parse_bytes);
  reader.read("--variant", arguments.variant, settings.variant, as_it_is);
}

std::string parse_output(const std::string& text) {
  if (text.empty()) throw UsageError("the path is empty.");
  return text;
}

std::optional<fs::path> path_of(const Text& text) {
  return text ? std::optional<fs::path>(*text) : std::nullopt;
}

}  // namespace

bool draws_seed(const RunArguments& arguments) {
  return !arguments.seed && !arguments.from;
}

void read_request(const RunArguments& arguments, const EngineHost& host, GenerationRequest& request) {
  OptionReader reader;
  std::optional<Made> made;
  read_request(reader, arguments, host, request, made);
  reader.finish();
}

void read_job(const RunArguments& arguments, const EngineHost& host, Job& job) {
  constexpr int kMost = 100000;
  OptionReader reader;
  read_request(reader, arguments, host, job.request, job.expected);
  read_settings(reader, arguments, host, job.settings);
  reader.read("--count", arguments.count, job.count, whole_number(1, kMost));
  if (arguments.classes) reader.attempt("--class", [&] { choose_classes(*arguments.classes, host, job); });
  job.preview.kind = arguments.preview ? PreviewKind::Linear : PreviewKind::None;
  job.preview_folder = path_of(arguments.preview);
  reader.read("--preview-every", arguments.preview_every, job.preview.every, whole_number(1, kMost));
  reader.read("--output", arguments.output, job.output.path, parse_output);
  job.output.metadata = !arguments.no_metadata;
  job.tensors = {path_of(arguments.init_latents), path_of(arguments.step_noise), path_of(arguments.save_latents),
                 path_of(arguments.save_trajectory)};
  reader.finish();
  require_subject(arguments, host, job);
}

RunSettings settings_of(const RunArguments& arguments, const EngineHost& host) {
  OptionReader reader;
  RunSettings settings;
  read_settings(reader, arguments, host, settings);
  reader.finish();
  return settings;
}

}  // namespace tstitch::cli
