#include "app/cli/arguments.h"

#include <charconv>
#include <cmath>
#include <random>

#include "core/base/text.h"
#include "core/local_engine/stored_request.h"
#include "core/request/names.h"
#include "core/request/option_text.h"

namespace tstitch::cli {
namespace fs = std::filesystem;

namespace {

using Text = RunArguments::Text;

std::vector<std::string> owned(const std::vector<std::string_view>& names) {
  return {names.begin(), names.end()};
}

template <class Choice>
std::string choices() {
  return join(owned(all_names<Choice>()), "|");
}

template <class Choice>
Choice choice_of(const std::string& option, const std::string& text) {
  if (const auto choice = choice_named<Choice>(text)) return *choice;
  throw UsageError(concat("\"", text, "\" is unknown, it takes ", choices<Choice>(), "."), option);
}

void option(CLI::App& app, const std::string& name, Text& target, const std::string& value, const std::string& help) {
  app.add_option_function<std::string>(
         name, [&target](const std::string& text) { target = text; }, help)
      ->type_name(value)
      ->take_last();
}

template <class Parse>
auto parsed(const std::string& option, const std::string& text, const Parse& parse) {
  try {
    return parse(text);
  } catch (const UsageError& error) {
    throw UsageError(error.what(), option, error.hint());
  }
}

/// A place that was typed: a path that is there, or a name from `models/`.
ModelReference model_at(const std::string& place, const std::vector<PairEntry>& pairs, bool large) {
  ModelReference model;
  if (fs::exists(place)) {
    model.location = place;
  } else {
    for (const PairEntry& pair : pairs) {
      if (pair.name == place) model.location = large ? pair.large : pair.small;
    }
  }
  if (model.location.empty()) {
    throw BadInput("there is no such file or folder, and no model of that name is known.", place,
                   concat("Known names: ", pairs.empty() ? "none" : pairs.front().name, "."));
  }
  model.name = fs::absolute(model.location).lexically_normal().filename().string();
  return model;
}

DenoiserChoice* denoiser_named(GenerationRequest& request, const DenoiserName& name) {
  for (DenoiserChoice& choice : request.denoisers) {
    if (choice.name == name) return &choice;
  }
  return nullptr;
}

void set_denoiser(GenerationRequest& request, const DenoiserName& name, const ModelReference& model) {
  if (DenoiserChoice* known = denoiser_named(request, name)) {
    known->model = model;
  } else {
    request.denoisers.push_back({name, model, std::nullopt});
  }
}

const PairEntry& pair_named(const std::vector<PairEntry>& pairs, const Text& name) {
  if (pairs.empty()) throw BadInput("no pair of models is installed.", "--pair", "Give --large and --small.");
  if (!name) return pairs.front();
  for (const PairEntry& pair : pairs) {
    if (pair.name == *name) return pair;
  }
  throw BadInput(concat("no pair is called \"", *name, "\"."), "--pair", concat("Known: ", pairs.front().name, "."));
}

/// Where the options begin: the picture's request, the pair's, or a bare one with the models that were named.
GenerationRequest starting_point(const RunArguments& arguments, Engine& engine, const std::vector<PairEntry>& pairs) {
  if (arguments.from) {
    const GenerationRequest stored = stored_request(*arguments.from).request;
    const bool own_models = arguments.large || arguments.pair;
    return own_models ? stored : engine.locate(stored);
  }
  if (arguments.large) return {};
  return pair_named(pairs, arguments.pair).defaults;
}

void choose_models(GenerationRequest& request, const RunArguments& arguments, const std::vector<PairEntry>& pairs) {
  if (arguments.pair && !arguments.large) request.denoisers = pair_named(pairs, arguments.pair).defaults.denoisers;
  if (arguments.large) {
    request.denoisers.clear();
    if (arguments.small) set_denoiser(request, "small", model_at(*arguments.small, pairs, false));
    set_denoiser(request, "large", model_at(*arguments.large, pairs, true));
  } else if (arguments.small) {
    set_denoiser(request, "small", model_at(*arguments.small, pairs, false));
  }
  for (const std::string& named : arguments.models) {
    const std::size_t equals = named.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UsageError(concat("\"", named, "\" is not NAME=PATH."), "--model");
    }
    set_denoiser(request, named.substr(0, equals), model_at(named.substr(equals + 1), pairs, true));
  }
  if (arguments.vae) {
    request.vae = model_at(*arguments.vae, pairs, true);
  }
}

void choose_split(GenerationRequest& request, const RunArguments& arguments) {
  RatioSplit ratio;
  if (const auto* known = std::get_if<RatioSplit>(&request.split)) ratio = *known;
  if (arguments.rule) ratio.rule = choice_of<SplitRule>("--rule", *arguments.rule);
  if (arguments.ratio)
    ratio.shares = parsed("--ratio", *arguments.ratio,
                          [](const std::string& text) { return parse_ratio_list(text, Repeats::Allowed); });
  const bool one_denoiser = denoiser_named(request, "small") == nullptr;
  if (one_denoiser && !arguments.ratio) ratio.shares = {Percent{0}};
  if (one_denoiser && arguments.ratio && ratio.shares != std::vector{Percent{0}} && request.denoisers.size() < 2) {
    throw UsageError(concat("\"", *arguments.ratio, "\" needs a small denoiser, and only a large one is given."),
                     "--ratio", "Add --small PATH.");
  }
  if (arguments.ratio || arguments.rule || std::holds_alternative<RatioSplit>(request.split)) request.split = ratio;
  if (arguments.segments) request.split = SegmentSplit{parsed("--segments", *arguments.segments, parse_segments)};
}

void choose_sampling(GenerationRequest& request, const RunArguments& arguments) {
  if (arguments.steps) request.steps = whole_number("--steps", *arguments.steps, 1, 1000);
  if (arguments.sampler) {
    request.sampler = choice_of<SamplerKind>("--sampler", *arguments.sampler);
    if (!arguments.eta) request.eta.reset();
  }
  if (arguments.spacing) request.spacing = choice_of<Spacing>("--spacing", *arguments.spacing);
  if (arguments.eta) request.eta = real_number("--eta", *arguments.eta, 0, 1);
  if (arguments.seam) request.seam = choice_of<SeamHistory>("--seam", *arguments.seam);
  if (arguments.size) request.extent = parsed("--size", *arguments.size, parse_extent);
  if (arguments.guidance) request.guidance_scale = real_number("--guidance", *arguments.guidance, 0, 1000);
  if (arguments.guidance_small) {
    DenoiserChoice* small = denoiser_named(request, "small");
    if (small == nullptr) throw UsageError("there is no small denoiser in this run.", "--guidance-small");
    small->guidance = real_number("--guidance-small", *arguments.guidance_small, 0, 1000);
  }
}

void choose_words(GenerationRequest& request, const RunArguments& arguments) {
  if (arguments.prompt) request.prompt = *arguments.prompt;
  if (arguments.negative) request.negative_prompt = *arguments.negative;
  if (arguments.prompt_syntax)
    request.prompt_syntax = choice_of<PromptSyntax>("--prompt-syntax", *arguments.prompt_syntax);
  if (arguments.text) request.text = choice_of<TextSource>("--text", *arguments.text);
  if (arguments.decoder) request.decoder = choice_of<DecoderKind>("--decoder", *arguments.decoder);
  if (arguments.seed) {
    request.seed = seed_number(*arguments.seed);
  } else if (!arguments.from) {
    request.seed = std::random_device{}();
  }
}

DeviceKind device_kind(const std::string& name) {
  if (name == "auto") return DeviceKind::Auto;
  if (name == "cpu") return DeviceKind::Cpu;
  if (name == "cuda") return DeviceKind::Cuda;
  throw UsageError(concat("\"", name, "\" is unknown, it takes auto, cpu or cuda[:INDEX]."), "--device");
}

Precision precision_named(const std::string& name) {
  if (name == "auto") return Precision::Auto;
  if (name == "fp32") return Precision::Fp32;
  if (name == "fp16") return Precision::Fp16;
  if (name == "bf16") return Precision::Bf16;
  throw UsageError(concat("\"", name, "\" is unknown, it takes auto|fp32|fp16|bf16."), "--precision");
}

std::optional<fs::path> path_of(const Text& text) {
  return text ? std::optional<fs::path>(*text) : std::nullopt;
}

void require_utf8(const std::string& option, const Text& text) {
  if (text && !is_valid_utf8(*text)) throw UsageError("the text is not valid UTF-8.", option);
}

}  // namespace

void add_model_options(CLI::App& app, RunArguments& arguments) {
  app.option_defaults()->group("Models");
  option(app, "--large", arguments.large, "PATH", "diffusers folder, network folder, or a name from models/");
  option(app, "--small", arguments.small, "PATH", "the small denoiser, likewise");
  app.add_option("--model", arguments.models, "a further denoiser for --segments (repeatable)")->type_name("NAME=PATH");
  option(app, "--pair", arguments.pair, "NAME", "a pair from models/ (default: the bundled one)");
  option(app, "--vae", arguments.vae, "PATH", "another autoencoder");
  option(app, "--variant", arguments.variant, "NAME", "choose the weight files of that variant: fp16");
  option(app, "--ratio", arguments.ratio, "R", "share of the evaluations of the small denoiser: 0.4 or 40%");
  option(app, "--segments", arguments.segments, "LIST", "explicit trajectory: small:20,large:31");
  option(app, "--rule", arguments.rule, "NAME", concat("how the ratio becomes a count: ", choices<SplitRule>()));
  option(app, "--seam", arguments.seam, "NAME", concat("a sampler's history at the seam: ", choices<SeamHistory>()));
}

void add_sampling_options(CLI::App& app, RunArguments& arguments) {
  app.option_defaults()->group("Sampling");
  option(app, "--steps", arguments.steps, "N", "denoising steps, 1..1000 (default 25)");
  option(app, "--sampler", arguments.sampler, "NAME", choices<SamplerKind>());
  option(app, "--spacing", arguments.spacing, "NAME", choices<Spacing>());
  option(app, "--eta", arguments.eta, "E", "DDIM's stochasticity, 0..1");
  option(app, "--guidance", arguments.guidance, "G", "classifier-free guidance (default 7.5; 1 = off)");
  option(app, "--guidance-small", arguments.guidance_small, "G", "another one for the small denoiser");
  option(app, "--size", arguments.size, "WxH", "pixels, multiples of 8 (default: the model's)");
}

void add_device_options(CLI::App& app, RunArguments& arguments) {
  app.option_defaults()->group("Machine");
  option(app, "--device", arguments.device, "NAME", "auto|cpu|cuda[:INDEX]");
  option(app, "--precision", arguments.precision, "NAME", "auto|fp32|fp16|bf16");
  option(app, "--threads", arguments.threads, "N", "compute threads (default: the cores this process may use)");
  option(app, "--profile", arguments.profile, "DIR", "settings, caches and measured times live in DIR");
  app.add_flag("--json", arguments.json, "results as JSON objects, one a line");
}

void add_picture_options(CLI::App& app, RunArguments& arguments) {
  app.option_defaults()->group("Picture");
  option(app, "PROMPT", arguments.prompt, "TEXT", "what the picture shows; may be empty");
  option(app, "--negative", arguments.negative, "TEXT", "what it does not show");
  option(app, "--prompt-syntax", arguments.prompt_syntax, "NAME", choices<PromptSyntax>());
  option(app, "--text", arguments.text, "NAME", concat("text encoder of the small denoiser: ", choices<TextSource>()));
  option(app, "--seed", arguments.seed, "S", "0..2^64-1 (default: a random one, printed)");
  option(app, "--decoder", arguments.decoder, "NAME", choices<DecoderKind>());
  option(app, "--from", arguments.from, "PICTURE", "the request stored in a picture; options beside it win");
  app.option_defaults()->group("Files");
  option(app, "--output", arguments.output, "PATH", "a folder, a pattern like out/[number]-[seed].png, or one file");
  app.add_flag("--no-metadata", arguments.no_metadata, "write the picture without its request");
  option(app, "--preview", arguments.preview, "DIR", "write the previews there");
  option(app, "--preview-every", arguments.preview_every, "N", "evaluations between previews (default 1)");
  option(app, "--init-latents", arguments.init_latents, "FILE", "unit noise to start from (key latents)");
  option(app, "--step-noise", arguments.step_noise, "FILE", "unit noise of each evaluation (key noise)");
  option(app, "--save-latents", arguments.save_latents, "FILE", "the final latents (key latents)");
  option(app, "--save-trajectory", arguments.save_trajectory, "FILE", "latents and estimates of every evaluation");
}

int whole_number(const std::string& option, const std::string& text, int low, int high) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    throw UsageError(concat("got \"", text, "\", it takes a whole number from ", low, " to ", high, "."), option);
  }
  return value;
}

double real_number(const std::string& option, const std::string& text, double low, double high) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  if (!whole || !std::isfinite(value) || value < low || value > high) {
    throw UsageError(concat("got \"", text, "\", it takes a number from ", low, " to ", high, "."), option);
  }
  return value;
}

std::uint64_t seed_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) {
    throw UsageError(concat("got \"", text, "\", it takes a whole number from 0 to 18446744073709551615."), "--seed");
  }
  return value;
}

GenerationRequest request_of(const RunArguments& arguments, Engine& engine) {
  require_utf8("PROMPT", arguments.prompt);
  require_utf8("--negative", arguments.negative);
  const std::vector<PairEntry> pairs = engine.pairs();
  GenerationRequest request = starting_point(arguments, engine, pairs);
  choose_models(request, arguments, pairs);
  choose_split(request, arguments);
  choose_sampling(request, arguments);
  choose_words(request, arguments);
  return request;
}

RunSettings settings_of(const RunArguments& arguments) {
  RunSettings settings;
  if (arguments.device) {
    const std::size_t colon = arguments.device->find(':');
    settings.device = device_kind(arguments.device->substr(0, colon));
    if (colon != std::string::npos) {
      if (settings.device != DeviceKind::Cuda) throw UsageError("only cuda takes an index.", "--device");
      settings.device_index = whole_number("--device", arguments.device->substr(colon + 1), 0, 127);
    }
  }
  if (arguments.precision) settings.precision = precision_named(*arguments.precision);
  if (arguments.threads) settings.threads = whole_number("--threads", *arguments.threads, 1, 1024);
  settings.variant = arguments.variant.value_or("");
  return settings;
}

Job job_of(const RunArguments& arguments, Engine& engine) {
  Job job;
  job.request = request_of(arguments, engine);
  if (arguments.from) job.expected = stored_request(*arguments.from).made;
  job.count = arguments.count ? whole_number("--count", *arguments.count, 1, 100000) : 1;
  job.settings = settings_of(arguments);
  job.preview.kind = arguments.preview ? PreviewKind::Linear : PreviewKind::None;
  job.preview.folder = path_of(arguments.preview);
  if (arguments.preview_every) job.preview.every = whole_number("--preview-every", *arguments.preview_every, 1, 100000);
  job.output.path = arguments.output.value_or(".");
  if (arguments.output && arguments.output->empty()) throw UsageError("the path is empty.", "--output");
  job.output.metadata = !arguments.no_metadata;
  job.tensors = {path_of(arguments.init_latents), path_of(arguments.step_noise), path_of(arguments.save_latents),
                 path_of(arguments.save_trajectory)};
  return job;
}

}  // namespace tstitch::cli
