#include "core/request/request_json.h"

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/text.h"
#include "core/request/names.h"

namespace tstitch {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

void add_location(ordered_json& object, const std::filesystem::path& location, RequestForm form) {
  if (form == RequestForm::Local && !location.empty()) object["location"] = location.string();
}

ordered_json written(const ModelReference& model, RequestForm form) {
  ordered_json files = ordered_json::array();
  for (const ModelFile& file : model.files) files.push_back({{"role", file.role}, {"sha256", file.sha256}});
  ordered_json object{{"name", model.name}, {"family", model.family}, {"files", std::move(files)}};
  add_location(object, model.location, form);
  return object;
}

ordered_json written(const PictureReference& picture, RequestForm form) {
  ordered_json object{{"name", picture.name}, {"sha256", picture.sha256}};
  add_location(object, picture.location, form);
  return object;
}

ordered_json written(const DenoiserChoice& denoiser, RequestForm form) {
  ordered_json object{{"name", denoiser.name}, {"model", written(denoiser.model, form)}};
  if (denoiser.guidance) object["guidance"] = *denoiser.guidance;
  return object;
}

ordered_json written(const RatioSplit& split) {
  ordered_json shares = ordered_json::array();
  for (const Percent share : split.shares) shares.push_back(share.value);
  return {{"rule", name_of(split.rule)}, {"shares", std::move(shares)}};
}

ordered_json written(const SegmentSplit& split) {
  ordered_json segments = ordered_json::array();
  for (const Segment& segment : split.segments) {
    ordered_json object{{"denoiser", segment.denoiser}, {"evaluations", segment.evaluations}};
    if (segment.guidance) object["guidance"] = *segment.guidance;
    if (segment.prompt) object["prompt"] = *segment.prompt;
    segments.push_back(std::move(object));
  }
  return {{"segments", std::move(segments)}};
}

ordered_json written(Extent extent) {
  return {{"width", extent.width}, {"height", extent.height}};
}

ordered_json written(const MicroConditioning& micro) {
  ordered_json object = ordered_json::object();
  if (micro.original) object["original"] = written(*micro.original);
  object["crop"] = {{"left", micro.crop.left}, {"top", micro.crop.top}};
  if (micro.target) object["target"] = written(*micro.target);
  object["aesthetic_score"] = micro.aesthetic_score;
  object["negative_aesthetic_score"] = micro.negative_aesthetic_score;
  return object;
}

ordered_json written(const ControlChoice& control, RequestForm form) {
  ordered_json object{{"kind", name_of(control.kind)},
                      {"picture", written(control.picture, form)},
                      {"model", written(control.model, form)},
                      {"scale", control.scale},
                      {"start", control.start},
                      {"end", control.end}};
  if (control.denoiser) object["denoiser"] = *control.denoiser;
  if (control.is_map) object["map"] = true;
  if (control.annotator) object["annotator"] = written(*control.annotator, form);
  if (control.thresholds != CannyThresholds{}) {
    object["thresholds"] = {{"low", control.thresholds.low}, {"high", control.thresholds.high}};
  }
  if (control.fit != ControlFit::Stretch) object["fit"] = name_of(control.fit);
  return object;
}

ordered_json written(const SourceChoice& source, RequestForm form) {
  ordered_json object{{"picture", written(source.picture, form)}, {"strength", source.strength}};
  if (source.mask) object["mask"] = written(*source.mask, form);
  if (source.mask_feather != 0) object["mask_feather"] = source.mask_feather;
  return object;
}

ordered_json written(const SecondPass& second) {
  ordered_json object{{"scale", second.scale}, {"upscale", name_of(second.upscale)}, {"strength", second.strength}};
  if (second.steps) object["steps"] = *second.steps;
  if (second.share) object["share"] = second.share->value;
  return object;
}

ordered_json written(const LoraChoice& lora, RequestForm form) {
  ordered_json object{{"model", written(lora.model, form)}, {"strength", lora.strength}};
  if (lora.denoiser) object["denoiser"] = *lora.denoiser;
  return object;
}

ordered_json written(const EmbeddingChoice& embedding, RequestForm form) {
  return {{"model", written(embedding.model, form)}, {"word", embedding.word}};
}

template <class Element>
ordered_json written(const std::vector<Element>& elements, RequestForm form) {
  ordered_json array = ordered_json::array();
  for (const Element& element : elements) array.push_back(written(element, form));
  return array;
}

void add_choices(ordered_json& object, const GenerationRequest& request) {
  object["text"] = name_of(request.text);
  if (request.clip_skip) object["clip_skip"] = *request.clip_skip;
  object["seam"] = name_of(request.seam);
  object["decoder"] = name_of(request.decoder);
  if (request.guidance_embedding != GuidanceEmbedding::Auto) {
    object["guidance_embedding"] = name_of(request.guidance_embedding);
  }
  if (request.guided_channels != GuidedChannels::Auto) {
    object["guided_channels"] = name_of(request.guided_channels);
  }
  if (request.null_class != NullClass::Noise) object["null_class"] = name_of(request.null_class);
  if (request.weights != WeightChoice::Auto) object["weights"] = name_of(request.weights);
}

ordered_json written(const GenerationRequest& request, RequestForm form) {
  ordered_json object{{"version", kRequestVersion}, {"prompt", request.prompt}};
  if (request.negative_prompt) object["negative_prompt"] = *request.negative_prompt;
  object["prompt_syntax"] = name_of(request.prompt_syntax);
  if (request.class_label) object["class"] = *request.class_label;
  object["denoisers"] = written(request.denoisers, form);
  if (request.vae) object["vae"] = written(*request.vae, form);
  object["split"] = std::visit([](const auto& split) { return written(split); }, request.split);
  object["width"] = request.extent.width;
  object["height"] = request.extent.height;
  object["steps"] = request.steps;
  object["sampler"] = name_of(request.sampler);
  object["spacing"] = name_of(request.spacing);
  if (request.eta) object["eta"] = *request.eta;
  object["guidance_scale"] = request.guidance_scale;
  object["seed"] = request.seed;
  add_choices(object, request);
  if (request.micro_conditioning != MicroConditioning{}) {
    object["micro_conditioning"] = written(request.micro_conditioning);
  }
  if (request.source) object["source"] = written(*request.source, form);
  if (request.second_pass) object["second_pass"] = written(*request.second_pass);
  if (!request.controls.empty()) object["controls"] = written(request.controls, form);
  if (!request.loras.empty()) object["loras"] = written(request.loras, form);
  if (!request.embeddings.empty()) object["embeddings"] = written(request.embeddings, form);
  return object;
}

/// A text that is not UTF-8 (validate() refuses it) is written with replacement characters: writing never throws.
std::string compact(const ordered_json& object) {
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string quoted_names(const std::vector<std::string_view>& names) {
  return join({names.begin(), names.end()}, ", ");
}

template <class Choice>
Choice read_choice(const JsonFields& fields, const char* key) {
  const std::string name = fields.text(key);
  if (const auto choice = choice_named<Choice>(name)) return *choice;
  throw BadInput(concat("\"", name, "\" is not one of ", quoted_names(all_names<Choice>()), "."), fields.place(key));
}

std::optional<double> read_optional_number(const JsonFields& fields, const char* key) {
  return fields.has(key) ? std::optional(fields.number(key)) : std::nullopt;
}

template <class Element, class... Form>
std::vector<Element> read_list(const JsonFields& fields, const char* key, Element (*read)(const JsonFields&, Form...),
                               Form... form) {
  std::vector<Element> elements;
  for (const JsonFields& element : fields.objects(key)) elements.push_back(read(element, form...));
  return elements;
}

ModelFile read_model_file(const JsonFields& fields) {
  fields.refuse_others({"role", "sha256"});
  return {fields.text("role"), fields.text("sha256")};
}

/// Only the local form may say where something is: a picture from elsewhere names no file of this machine.
std::filesystem::path read_location(const JsonFields& fields, RequestForm form) {
  if (!fields.has("location")) return {};
  if (form == RequestForm::Portable) throw BadInput("The field is not known.", fields.place("location"));
  return fields.text("location");
}

ModelReference read_model(const JsonFields& fields, RequestForm form) {
  fields.refuse_others({"name", "family", "files", "location"});
  return {fields.text("name"), fields.text("family"), read_list(fields, "files", read_model_file),
          read_location(fields, form)};
}

PictureReference read_picture(const JsonFields& fields, RequestForm form) {
  fields.refuse_others({"name", "sha256", "location"});
  return {fields.text("name"), fields.text("sha256"), read_location(fields, form)};
}

std::optional<std::string> read_optional_text(const JsonFields& fields, const char* key) {
  return fields.has(key) ? std::optional(fields.text(key)) : std::nullopt;
}

DenoiserChoice read_denoiser(const JsonFields& fields, RequestForm form) {
  fields.refuse_others({"name", "model", "guidance"});
  return {fields.text("name"), read_model(fields.object("model"), form), read_optional_number(fields, "guidance")};
}

Segment read_segment(const JsonFields& fields) {
  fields.refuse_others({"denoiser", "evaluations", "guidance", "prompt"});
  return {fields.text("denoiser"), fields.integer("evaluations"), read_optional_number(fields, "guidance"),
          read_optional_text(fields, "prompt")};
}

Percent read_share(const json& share, const std::string& place) {
  if (!share.is_number_unsigned() || share.get<std::uint64_t>() > 100) {
    throw BadInput("A whole percent from 0 to 100 is expected.", place);
  }
  return Percent{share.get<int>()};
}

RatioSplit read_ratio_split(const JsonFields& fields) {
  fields.refuse_others({"rule", "shares"});
  RatioSplit split{{}, read_choice<SplitRule>(fields, "rule")};
  for (const json& share : fields.array("shares")) split.shares.push_back(read_share(share, fields.place("shares")));
  return split;
}

std::variant<RatioSplit, SegmentSplit> read_split(const JsonFields& fields) {
  if (!fields.has("segments")) return read_ratio_split(fields);
  fields.refuse_others({"segments"});
  return SegmentSplit{read_list(fields, "segments", read_segment)};
}

Extent read_extent(const JsonFields& fields) {
  fields.refuse_others({"width", "height"});
  return {fields.integer("width"), fields.integer("height")};
}

MicroConditioning read_micro_conditioning(const JsonFields& fields) {
  fields.refuse_others({"original", "crop", "target", "aesthetic_score", "negative_aesthetic_score"});
  MicroConditioning micro;
  if (fields.has("original")) micro.original = read_extent(fields.object("original"));
  const JsonFields crop = fields.object("crop");
  crop.refuse_others({"left", "top"});
  micro.crop = {crop.integer("left"), crop.integer("top")};
  if (fields.has("target")) micro.target = read_extent(fields.object("target"));
  micro.aesthetic_score = fields.number("aesthetic_score");
  micro.negative_aesthetic_score = fields.number("negative_aesthetic_score");
  return micro;
}

CannyThresholds read_thresholds(const JsonFields& fields) {
  fields.refuse_others({"low", "high"});
  return {fields.number("low"), fields.number("high")};
}

ControlChoice read_control(const JsonFields& fields, RequestForm form) {
  fields.refuse_others(
      {"kind", "picture", "model", "scale", "start", "end", "denoiser", "map", "annotator", "thresholds", "fit"});
  ControlChoice control;
  control.kind = read_choice<ControlKind>(fields, "kind");
  control.picture = read_picture(fields.object("picture"), form);
  control.model = read_model(fields.object("model"), form);
  control.scale = fields.number("scale");
  control.start = fields.number("start");
  control.end = fields.number("end");
  control.denoiser = read_optional_text(fields, "denoiser");
  control.is_map = fields.has("map") && fields.truth("map");
  if (fields.has("annotator")) control.annotator = read_model(fields.object("annotator"), form);
  if (fields.has("thresholds")) control.thresholds = read_thresholds(fields.object("thresholds"));
  if (fields.has("fit")) control.fit = read_choice<ControlFit>(fields, "fit");
  return control;
}

SourceChoice read_source(const JsonFields& fields, RequestForm form) {
  fields.refuse_others({"picture", "strength", "mask", "mask_feather"});
  SourceChoice source;
  source.picture = read_picture(fields.object("picture"), form);
  source.strength = fields.number("strength");
  if (fields.has("mask")) source.mask = read_picture(fields.object("mask"), form);
  if (fields.has("mask_feather")) source.mask_feather = fields.integer("mask_feather");
  return source;
}

SecondPass read_second_pass(const JsonFields& fields) {
  fields.refuse_others({"scale", "upscale", "strength", "steps", "share"});
  SecondPass second;
  second.scale = fields.number("scale");
  second.upscale = read_choice<Upscale>(fields, "upscale");
  second.strength = fields.number("strength");
  if (fields.has("steps")) second.steps = fields.integer("steps");
  if (fields.has("share")) second.share = Percent{fields.integer("share")};
  return second;
}

LoraChoice read_lora(const JsonFields& fields, RequestForm form) {
  fields.refuse_others({"model", "strength", "denoiser"});
  return {read_model(fields.object("model"), form), fields.number("strength"), read_optional_text(fields, "denoiser")};
}

EmbeddingChoice read_embedding(const JsonFields& fields, RequestForm form) {
  fields.refuse_others({"model", "word"});
  return {read_model(fields.object("model"), form), fields.text("word")};
}

void require_version(const JsonFields& fields, const char* key) {
  const std::uint64_t version = fields.unsigned_integer(key);
  if (version == kRequestVersion) return;
  throw BadInput(
      concat("The request is written in version ", version, "; this program reads version ", kRequestVersion, "."),
      fields.place(key), version > kRequestVersion ? "A newer program wrote it." : "");
}

void read_choices(const JsonFields& fields, GenerationRequest& request) {
  request.prompt_syntax = read_choice<PromptSyntax>(fields, "prompt_syntax");
  request.sampler = read_choice<SamplerKind>(fields, "sampler");
  request.spacing = read_choice<Spacing>(fields, "spacing");
  request.text = read_choice<TextSource>(fields, "text");
  if (fields.has("clip_skip")) request.clip_skip = fields.integer("clip_skip");
  request.seam = read_choice<SeamHistory>(fields, "seam");
  request.decoder = read_choice<DecoderKind>(fields, "decoder");
  if (fields.has("guidance_embedding")) {
    request.guidance_embedding = read_choice<GuidanceEmbedding>(fields, "guidance_embedding");
  }
  if (fields.has("guided_channels")) {
    request.guided_channels = read_choice<GuidedChannels>(fields, "guided_channels");
  }
  if (fields.has("null_class")) request.null_class = read_choice<NullClass>(fields, "null_class");
  if (fields.has("weights")) request.weights = read_choice<WeightChoice>(fields, "weights");
}

void read_numbers(const JsonFields& fields, GenerationRequest& request) {
  request.extent = {fields.integer("width"), fields.integer("height")};
  request.steps = fields.integer("steps");
  request.eta = read_optional_number(fields, "eta");
  request.guidance_scale = fields.number("guidance_scale");
  request.seed = fields.unsigned_integer("seed");
}

void read_additions(const JsonFields& fields, GenerationRequest& request, RequestForm form) {
  if (fields.has("source")) request.source = read_source(fields.object("source"), form);
  if (fields.has("second_pass")) request.second_pass = read_second_pass(fields.object("second_pass"));
  if (fields.has("controls")) request.controls = read_list(fields, "controls", read_control, form);
  if (fields.has("loras")) request.loras = read_list(fields, "loras", read_lora, form);
  if (fields.has("embeddings")) request.embeddings = read_list(fields, "embeddings", read_embedding, form);
}

/// What a window keeps may be unfinished; what a picture carries has made it.
void require_finished(const GenerationRequest& request, const JsonFields& fields) {
  const std::vector<Problem> problems = validate(request);
  if (!problems.empty()) throw BadInput(concat(problems[0].text, "."), fields.place(problems[0].field.c_str()));
}

GenerationRequest read_request(const JsonFields& fields, RequestForm form) {
  require_version(fields, "version");
  fields.refuse_others({"version",
                        "prompt",
                        "negative_prompt",
                        "prompt_syntax",
                        "class",
                        "denoisers",
                        "vae",
                        "split",
                        "width",
                        "height",
                        "steps",
                        "sampler",
                        "spacing",
                        "eta",
                        "guidance_scale",
                        "seed",
                        "text",
                        "clip_skip",
                        "seam",
                        "decoder",
                        "guidance_embedding",
                        "guided_channels",
                        "null_class",
                        "weights",
                        "micro_conditioning",
                        "source",
                        "second_pass",
                        "controls",
                        "loras",
                        "embeddings"});
  GenerationRequest request;
  request.prompt = fields.text("prompt");
  request.negative_prompt = read_optional_text(fields, "negative_prompt");
  if (fields.has("class")) request.class_label = fields.integer("class");
  request.denoisers = read_list(fields, "denoisers", read_denoiser, form);
  if (fields.has("vae")) request.vae = read_model(fields.object("vae"), form);
  request.split = read_split(fields.object("split"));
  read_choices(fields, request);
  read_numbers(fields, request);
  if (fields.has("micro_conditioning")) {
    request.micro_conditioning = read_micro_conditioning(fields.object("micro_conditioning"));
  }
  read_additions(fields, request, form);
  if (form == RequestForm::Portable) require_finished(request, fields);
  return request;
}

std::string text_or_empty(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

json object_or_empty(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : json::object();
}

Made read_made(const json& object) {
  Made made;
  made.device = text_or_empty(object, "device");
  made.precision = text_or_empty(object, "precision");
  made.program = text_or_empty(object, "program");
  made.initial_noise = text_or_empty(object, "initial_noise");
  made.step_noise = text_or_empty(object, "step_noise");
  made.engine = text_or_empty(object, "engine");
  const json threads = object.value("threads", json());
  constexpr std::uint64_t kMostThreads = 1U << 16U;
  if (threads.is_number_unsigned() && threads.get<std::uint64_t>() <= kMostThreads) made.threads = threads.get<int>();
  const json seconds = object_or_empty(object, "seconds");
  for (const auto& [name, value] : seconds.items()) {
    if (value.is_number()) made.seconds[name] = value.get<double>();
  }
  const json maps = object_or_empty(object, "residual_maps");
  for (const auto& [name, value] : maps.items()) {
    if (value.is_string()) made.residual_maps[name] = value.get<std::string>();
  }
  return made;
}

}  // namespace

std::string to_json(const GenerationRequest& request, RequestForm form) {
  return compact(written(request, form));
}

GenerationRequest request_from_json(std::string_view text, RequestForm form) {
  const json object = parse_bounded_json(text, "request");
  return read_request(JsonFields(object, {}, "request"), form);
}

std::string picture_request_json(const GenerationRequest& request, const Made& made) {
  ordered_json how{{"device", made.device},   {"precision", made.precision},         {"threads", made.threads},
                   {"program", made.program}, {"initial_noise", made.initial_noise}, {"step_noise", made.step_noise},
                   {"seconds", made.seconds}};
  if (!made.residual_maps.empty()) how["residual_maps"] = made.residual_maps;
  if (!made.engine.empty()) how["engine"] = made.engine;
  return compact(
      {{"tstitch", kRequestVersion}, {"request", written(request, RequestForm::Portable)}, {"made", std::move(how)}});
}

PictureRequest parse_picture_request(std::string_view text, const std::string& where) {
  const json object = parse_bounded_json(text, where);
  const JsonFields envelope(object, where);
  require_version(envelope, "tstitch");
  const json made = object.value("made", json::object());
  return {read_request(envelope.object("request"), RequestForm::Portable), made.is_object() ? read_made(made) : Made{}};
}

std::vector<std::string> differences(const Made& stored, const Made& here) {
  std::vector<std::string> sentences;
  const auto compare = [&](const char* what, const auto& then, const auto& now) {
    if (then != now) sentences.push_back(concat(what, " was ", then, " and is ", now, " here."));
  };
  compare("The program", stored.program, here.program);
  compare("The device", stored.device, here.device);
  compare("The precision", stored.precision, here.precision);
  compare("The number of threads", stored.threads, here.threads);
  compare("The noise of the start", stored.initial_noise, here.initial_noise);
  compare("The noise between steps", stored.step_noise, here.step_noise);
  return sentences;
}

}  // namespace tstitch
