#include "core/local_engine/picture_metadata.h"

#include <algorithm>
#include <optional>

#include "core/base/text.h"
#include "core/base/version.h"
#include "core/local_engine/model_parts.h"
#include "core/models/lora_folder.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr const char* kNetworkRole = "unet";
constexpr const char* kVaeRole = "vae";
constexpr const char* kControlNetRole = "controlnet";
constexpr const char* kAdapterRole = "t2i-adapter";
constexpr const char* kAnnotatorRole = "annotator";
constexpr const char* kLoraRole = "lora";
constexpr const char* kEmbeddingRole = "embedding";
constexpr const char* kControlHint = "Give it with --control.";
constexpr const char* kModelHint = "Give it with --large and --small.";

/// Of the bytes that were read.
struct Hasher {
  FileHashes& hashes;
  const std::stop_token& stop;

  void add(std::vector<ModelFile>& files, const char* role, const std::vector<FileStamp>& stamps) const {
    for (const FileStamp& stamp : stamps) files.push_back({role, hashes.of(stamp, stop)});
  }
};

/// The files whose bytes decide about pixels. A whole model's folder is told from a bare network by its further roles.
std::vector<ModelFile> hashed_files(const ModelParts& parts, const Hasher& hasher) {
  std::vector<ModelFile> files;
  hasher.add(files, kNetworkRole, parts.facts.stamps);
  if (parts.vae) hasher.add(files, kVaeRole, parts.vae->files);
  if (!parts.text) return files;
  for (const TextPart& text : parts.text->encoders) hasher.add(files, text.role.c_str(), text.files);
  return files;
}

bool has_role(const ModelReference& model, const char* role) {
  return std::any_of(model.files.begin(), model.files.end(), [&](const ModelFile& file) { return file.role == role; });
}

/// The folder that a reference means, when `file` is one of its network's files; or that file, where it lies alone.
fs::path model_folder(const ModelReference& model, const fs::path& file) {
  if (has_role(model, kLoraRole) && model.files.size() > 1) return lora_folder_of(file);
  if (has_role(model, kLoraRole) || has_role(model, kAnnotatorRole) || has_role(model, kEmbeddingRole)) return file;
  const fs::path network = file.parent_path();
  if (!fs::exists(network / "config.json")) return file;
  return has_role(model, kVaeRole) && has_role(model, kNetworkRole) ? network.parent_path() : network;
}

const ModelFile& identifying_file(const ModelReference& model) {
  if (model.files.empty()) {
    throw BadInput(concat("the picture names the model \"", model.name, "\" without a hash, so it cannot be found."),
                   model.name, kModelHint);
  }
  return model.files.front();
}

std::optional<fs::path> known_place(const ModelReference& model, FileHashes& hashes,
                                    const std::vector<PairEntry>& pairs) {
  const std::string& wanted = identifying_file(model).sha256;
  if (const auto file = hashes.find(wanted)) return model_folder(model, *file);
  for (const PairEntry& pair : pairs) {
    for (const fs::path& place : {pair.large, pair.small}) {
      const std::vector<fs::path> files = network_files(place);
      if (!files.empty() && hashes.of(files.front()) == wanted) return model_folder(model, files.front());
    }
  }
  return std::nullopt;
}

void locate(ModelReference& model, FileHashes& hashes, const std::vector<PairEntry>& pairs, const char* hint) {
  if (!model.location.empty()) return;
  const auto place = known_place(model, hashes, pairs);
  if (!place) {
    throw BadInput(concat("the picture was made with the model \"", model.name, "\" (SHA-256 ",
                          identifying_file(model).sha256, "), which is not known here."),
                   model.name, hint);
  }
  model.location = *place;
}

/// `what` it was to the picture that was made: `control picture`.
void locate(PictureReference& picture, FileHashes& hashes, const char* what, const char* hint) {
  if (!picture.location.empty()) return;
  const auto place = picture.sha256.empty() ? std::nullopt : hashes.find(picture.sha256);
  if (!place) {
    throw BadInput(concat("the picture was made with the ", what, " \"", picture.name, "\" (SHA-256 ", picture.sha256,
                          "), which is not known here."),
                   picture.name, hint);
  }
  picture.location = *place;
}

}  // namespace

GenerationRequest with_hashes(const ResolvedRun& run, FileHashes& hashes, const std::stop_token& stop) {
  const Hasher hasher{hashes, stop};
  GenerationRequest request = run.request;
  for (DenoiserChoice& choice : request.denoisers) {
    choice.model.files = hashed_files(run.models.at(choice.name), hasher);
  }
  if (request.vae) {
    request.vae->files.clear();
    hasher.add(request.vae->files, kVaeRole, run.vae.files);
  }
  if (request.source) {
    request.source->picture.sha256 = hashes.of(run.source->picture_file, stop);
    if (request.source->mask) request.source->mask->sha256 = hashes.of(run.source->mask_file, stop);
  }
  for (std::size_t i = 0; i < request.controls.size(); ++i) {
    ControlChoice& control = request.controls[i];
    control.picture.sha256 = hashes.of(run.controls[i].picture_file, stop);
    control.model.files.clear();
    const ControlNetworkPart& network = run.controls[i].network;
    const char* role = network.adapter() != nullptr ? kAdapterRole : kControlNetRole;
    hasher.add(control.model.files, role, network.facts.stamps);
    if (!run.controls[i].annotator) continue;
    control.annotator->files.clear();
    hasher.add(control.annotator->files, kAnnotatorRole, run.controls[i].annotator->files);
  }
  for (std::size_t i = 0; i < request.loras.size(); ++i) {
    request.loras[i].model.files.clear();
    hasher.add(request.loras[i].model.files, kLoraRole, run.loras[i].file->source().stamps());
  }
  for (EmbeddingChoice& embedding : request.embeddings) {
    embedding.model.files.clear();
    for (const RunWord& word : run.words) {
      const bool meant = word.word == embedding.word && word.file == embedding.model.location;
      if (meant && embedding.model.files.empty()) hasher.add(embedding.model.files, kEmbeddingRole, {word.stamp});
    }
  }
  return request;
}

Made made_here(const ComputeChoice& compute, const std::map<DenoiserName, double>& seconds, NoiseOrigin noise) {
  Made made;
  made.device = compute.chosen.name;
  made.precision = compute.precision_name();
  made.threads = compute.threads;
  made.program = concat("tstitch ", program_version());
  made.initial_noise = noise == NoiseOrigin::Seed ? "libtorch-cpu-randn 1" : "files";
  made.step_noise = noise == NoiseOrigin::Seed ? "philox4x32-10 1" : "files";
  made.seconds = seconds;
  return made;
}

GenerationRequest located(GenerationRequest request, FileHashes& hashes, const std::vector<PairEntry>& pairs) {
  for (DenoiserChoice& choice : request.denoisers) locate(choice.model, hashes, pairs, kModelHint);
  if (request.vae) locate(*request.vae, hashes, pairs, "Give it with --vae.");
  if (request.source) {
    locate(request.source->picture, hashes, "source picture", "Give it with --image.");
    if (request.source->mask) locate(*request.source->mask, hashes, "mask", "Give it with --mask.");
  }
  for (ControlChoice& control : request.controls) {
    locate(control.picture, hashes, "control picture", kControlHint);
    locate(control.model, hashes, pairs, kControlHint);
    if (control.annotator) locate(*control.annotator, hashes, pairs, kControlHint);
  }
  for (LoraChoice& lora : request.loras) locate(lora.model, hashes, pairs, "Give it with --lora.");
  for (EmbeddingChoice& embedding : request.embeddings) {
    locate(embedding.model, hashes, pairs, "Give it with --embedding.");
  }
  return request;
}

}  // namespace tstitch
