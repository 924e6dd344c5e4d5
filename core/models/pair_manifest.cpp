#include "core/models/pair_manifest.h"

#include <algorithm>
#include <optional>
#include <system_error>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/text.h"
#include "core/configs/model_config.h"
#include "core/formats/text_file.h"
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

std::vector<Percent> read_shares(const JsonFields& fields) {
  std::vector<Percent> shares;
  for (const nlohmann::json& share : fields.array("ratio")) {
    if (!share.is_number_integer()) throw BadInput("Whole percents are expected.", fields.place("ratio"));
    shares.push_back(Percent{share.get<int>()});
  }
  return shares;
}

RatioSplit read_split(const JsonFields& fields) {
  RatioSplit split;
  if (fields.has("ratio") && fields.at("ratio").is_array()) {
    split.shares = read_shares(fields);
  } else if (fields.has("ratio")) {
    split.shares = {Percent{fields.integer("ratio")}};
  }
  read_choice(fields, "rule", split.rule);
  return split;
}

void read_defaults(const JsonFields& fields, GenerationRequest& request) {
  fields.refuse_others({"ratio", "rule", "steps", "sampler", "spacing", "eta", "guidance", "guidance_embedding",
                        "width", "height", "negative_prompt"});
  request.split = read_split(fields);
  if (fields.has("steps")) request.steps = fields.integer("steps");
  read_choice(fields, "sampler", request.sampler);
  read_choice(fields, "spacing", request.spacing);
  read_choice(fields, "guidance_embedding", request.guidance_embedding);
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

/// Finds what a manifest's places mean, and notes which repositories they need.
class PlaceReader {
 public:
  PlaceReader(const fs::path& root, const RepositoryIndex* repositories, PairEntry& pair)
      : root_(root), repositories_(repositories), pair_(pair) {}

  ModelReference read(const JsonFields& fields, const char* key) {
    if (!fields.at(key).is_object()) return {fields.text(key), {}, {}, model_folder(fields, key, root_)};
    const JsonFields place = fields.object(key);
    place.refuse_others({"repository", "inside"});
    return in_repository(place);
  }

  ModelReference in_repository(const JsonFields& place) {
    const std::string name = place.text("repository");
    const RepositoryEntry* entry = repositories_ == nullptr ? nullptr : repositories_->find(name);
    if (entry == nullptr) {
      throw BadInput(concat("no repository is described under the name ", in_quotes(name), "."),
                     place.place("repository"));
    }
    const std::string inside = place.has("inside") ? place.text("inside") : entry->model;
    if (!inside.empty() && !is_inner_path(inside)) {
      throw BadInput("A path inside the repository is expected.", place.place("inside"));
    }
    if (std::find(pair_.repositories.begin(), pair_.repositories.end(), name) == pair_.repositories.end()) {
      pair_.repositories.push_back(name);
    }
    const std::optional<fs::path> folder = repositories_->folder(*entry);
    if (!folder) pair_.not_here = not_here_sentence(pair_.name);
    const fs::path base = folder.value_or(repositories_->expected_folder(*entry));
    return {inside.empty() || inside == entry->model ? name : concat(name, "/", inside),
            {},
            {},
            inside.empty() ? base : base / inside};
  }

 private:
  const fs::path& root_;
  const RepositoryIndex* repositories_;
  PairEntry& pair_;
};

void read_denoisers(const JsonFields& fields, PlaceReader& places, PairEntry& pair) {
  const ModelReference small = places.read(fields, "small");
  pair.small = small.location;
  pair.defaults.denoisers = {{"small", small, std::nullopt}};
  if (fields.has("between")) {
    for (const JsonFields& middle : fields.objects("between")) {
      middle.refuse_others({"name", "repository", "inside"});
      pair.defaults.denoisers.push_back({middle.text("name"), places.in_repository(middle), std::nullopt});
    }
  }
  const ModelReference large = places.read(fields, "large");
  pair.large = large.location;
  pair.defaults.denoisers.push_back({"large", large, std::nullopt});
}

void read_additions(const JsonFields& fields, PlaceReader& places, GenerationRequest& request) {
  if (fields.has("vae")) request.vae = places.read(fields, "vae");
  if (!fields.has("loras")) return;
  for (const JsonFields& lora : fields.objects("loras")) {
    lora.refuse_others({"repository", "inside", "strength", "on"});
    LoraChoice choice;
    choice.model = places.in_repository(lora);
    if (lora.has("strength")) choice.strength = lora.number("strength");
    if (lora.has("on")) choice.denoiser = lora.text("on");
    request.loras.push_back(choice);
  }
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
    if (!is_sha256(hex) || !is_inner_path(file)) {
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

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

PairEntry read_manifest(const fs::path& file, const RepositoryIndex* repositories) {
  const nlohmann::json object = parse_bounded_json(read_text_file(file), file.string());
  const JsonFields fields(object, file.string());
  require_version(fields);
  fields.refuse_others({"manifest", "name", "title", "licence", "latent_space", "large", "small", "between", "vae",
                        "loras", "defaults", "examples", "sha256"});

  const fs::path root = file.parent_path();
  PairEntry pair;
  pair.name = fields.text("name");
  pair.title = fields.text("title");
  if (fields.has("licence")) pair.licence = fields.text("licence");
  if (fields.has("latent_space")) pair.latent_space = fields.text("latent_space");
  PlaceReader places(root, repositories, pair);
  if (fields.has("defaults")) read_defaults(fields.object("defaults"), pair.defaults);
  read_denoisers(fields, places, pair);
  read_additions(fields, places, pair.defaults);
  pair.example_prompts = read_examples(fields);
  pair.sha256 = read_hashes(fields);

  const std::vector<Problem> problems = validate(pair.defaults);
  if (!problems.empty()) throw BadInput(concat(problems[0].text, "."), fields.place(problems[0].field.c_str()));
  return pair;
}

}  // namespace tstitch
