#include "core/engine/pair_manifest.h"

#include <algorithm>
#include <system_error>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/text.h"
#include "core/formats/model_config.h"
#include "core/request/names.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr int kManifestVersion = 1;

template <class Choice>
void read_choice(const JsonFields& fields, const char* key, Choice& choice) {
  if (!fields.has(key)) return;
  const std::string name = fields.text(key);
  const auto named = choice_named<Choice>(name);
  if (!named) throw BadInput(concat("\"", name, "\" is not a known ", key, "."), fields.place(key));
  choice = *named;
}

RatioSplit read_split(const JsonFields& fields) {
  RatioSplit split;
  if (fields.has("ratio")) split.shares = {Percent{fields.integer("ratio")}};
  read_choice(fields, "rule", split.rule);
  return split;
}

void read_defaults(const JsonFields& fields, GenerationRequest& request) {
  fields.refuse_others(
      {"ratio", "rule", "steps", "sampler", "spacing", "eta", "guidance", "width", "height", "negative_prompt"});
  request.split = read_split(fields);
  if (fields.has("steps")) request.steps = fields.integer("steps");
  read_choice(fields, "sampler", request.sampler);
  read_choice(fields, "spacing", request.spacing);
  if (fields.has("eta")) request.eta = fields.number("eta");
  if (fields.has("guidance")) request.guidance_scale = fields.number("guidance");
  if (fields.has("width") || fields.has("height")) {
    request.extent = {fields.integer("width"), fields.integer("height")};
  }
  if (fields.has("negative_prompt")) request.negative_prompt = fields.text("negative_prompt");
}

/// The folder of one of the pair's models; it must be there.
fs::path model_folder(const JsonFields& fields, const char* key, const fs::path& root) {
  const fs::path inner(fields.text(key));
  if (!is_inner_path(inner)) {
    throw BadInput(concat("\"", inner.string(), "\" is not a path inside the manifest's folder."), fields.place(key));
  }
  std::error_code ignored;
  if (!fs::is_directory(root / inner, ignored)) {
    throw BadInput(concat("There is no folder ", (root / inner).string(), "."), fields.place(key));
  }
  return root / inner;
}

DenoiserChoice denoiser(const char* role, const std::string& name, const fs::path& location) {
  return {role, ModelReference{name, {}, {}, location}, std::nullopt};
}

std::vector<std::string> read_examples(const JsonFields& fields) {
  std::vector<std::string> examples;
  if (!fields.has("examples")) return examples;
  for (const nlohmann::json& prompt : fields.array("examples")) {
    if (!prompt.is_string()) throw BadInput("A list of texts is expected.", fields.place("examples"));
    examples.push_back(prompt.get<std::string>());
  }
  return examples;
}

std::map<fs::path, std::string> read_hashes(const JsonFields& fields) {
  std::map<fs::path, std::string> hashes;
  if (!fields.has("sha256")) return hashes;
  const JsonFields files = fields.object("sha256");
  for (const auto& [file, hash] : fields.at("sha256").items()) {
    const std::string hex = files.text(file.c_str());
    const bool is_hash = hex.size() == 64 && hex.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hash || !is_inner_path(file)) {
      throw BadInput("An inner path with 64 lower-case hexadecimal digits is expected.", files.place(file.c_str()));
    }
    hashes[file] = hex;
  }
  return hashes;
}

void require_version(const JsonFields& fields) {
  const std::uint64_t version = fields.unsigned_integer("manifest");
  if (version == kManifestVersion) return;
  throw BadInput(concat("The manifest is of version ", version, "; this program reads version ", kManifestVersion, "."),
                 fields.place("manifest"));
}

}  // namespace

bool is_inner_path(const fs::path& path) {
  return !path.empty() && path.is_relative() && std::find(path.begin(), path.end(), fs::path("..")) == path.end();
}

PairEntry read_manifest(const fs::path& file) {
  const nlohmann::json object = parse_bounded_json(read_text_file(file), file.string());
  const JsonFields fields(object, file.string());
  require_version(fields);
  fields.refuse_others({"manifest", "name", "title", "licence", "large", "small", "defaults", "examples", "sha256"});

  const fs::path root = file.parent_path();
  PairEntry pair;
  pair.name = fields.text("name");
  pair.title = fields.text("title");
  if (fields.has("licence")) pair.licence = fields.text("licence");
  pair.large = model_folder(fields, "large", root);
  pair.small = model_folder(fields, "small", root);
  if (fields.has("defaults")) read_defaults(fields.object("defaults"), pair.defaults);
  pair.defaults.denoisers = {denoiser("small", fields.text("small"), pair.small),
                             denoiser("large", fields.text("large"), pair.large)};
  pair.example_prompts = read_examples(fields);
  pair.sha256 = read_hashes(fields);

  const std::vector<Problem> problems = validate(pair.defaults);
  if (!problems.empty()) throw BadInput(concat(problems[0].text, "."), fields.place(problems[0].field.c_str()));
  return pair;
}

}  // namespace tstitch
