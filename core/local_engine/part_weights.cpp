#include "core/local_engine/part_weights.h"

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/configs/foreign_kinds.h"
#include "core/models/model_identity.h"
#include "core/text/text_encoder.h"
#include "core/weights/mapped_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr const char* kDiffusionStem = "diffusion_pytorch_model";
constexpr const char* kTransformerStem = "model";

TensorShapes known_shapes(const WeightSource& source, std::string_view expected) {
  TensorShapes shapes = shapes_of(source);
  refuse_foreign_kind(shapes, source.label(), expected);
  return shapes;
}

}  // namespace

OpenFile::OpenFile(const fs::path& file, WeightChoice choice, std::string_view expected)
    : source(open_weight_file(file)), parts(map_single_file(known_shapes(*source, expected), file.string(), choice)) {}

std::unique_ptr<WeightSource> OpenFile::part(const TensorMap& map) const {
  return std::make_unique<MappedSource>(source, map);
}

void OpenFile::require_known() const {
  if (parts.unused.empty()) return;
  throw BadInput(concat("holds ", parts.unused.size(), parts.unused.size() == 1 ? " tensor" : " tensors",
                        " that no part of the model takes (first: ", parts.unused.front(), ")."),
                 source->label());
}

void OpenFile::refuse(const char* expected) const {
  const ModelIdentity found = identify_tensors(shapes_of(*source), source->label(), expected);
  throw BadInput(concat("is ", phrase_of(found.role), " (", found.family, "), expected ", expected, "."),
                 source->label());
}

std::unique_ptr<WeightSource> open_network(const ModelParts& parts, const std::string& variant) {
  if (!is_file(parts.network_folder)) return open_weights(parts.network_folder, kDiffusionStem, variant);
  const OpenFile file(parts.network_folder, parts.weights);
  return file.part(file.parts.dit.empty() ? file.parts.unet : file.parts.dit);
}

std::unique_ptr<WeightSource> open_class_embedding(const fs::path& place) {
  const OpenFile file(place);
  return file.part(file.parts.class_embedding);
}

std::unique_ptr<WeightSource> open_vae(const fs::path& place, const std::string& variant) {
  if (!is_file(place)) return open_weights(place, kDiffusionStem, variant);
  const OpenFile file(place);
  return file.part(file.parts.vae);
}

std::unique_ptr<WeightSource> open_text_encoder(const TextPart& part, const std::string& variant) {
  if (!is_file(part.encoder_folder)) return open_weights(part.encoder_folder, kTransformerStem, variant);
  const OpenFile file(part.encoder_folder);
  TSTITCH_CHECK(part.index < file.parts.text.size(), part.encoder_folder.string());
  return file.part(file.parts.text[part.index].tensors);
}

std::unique_ptr<WeightSource> open_control_network(const fs::path& place, const std::string& variant) {
  if (!is_file(place)) return open_weights(place, kDiffusionStem, variant);
  constexpr const char* kExpected = "a ControlNet or a T2I-Adapter";
  const OpenFile file(place, WeightChoice::Auto, kExpected);
  const TensorMap& network = file.parts.adapter.empty() ? file.parts.controlnet : file.parts.adapter;
  if (network.empty()) file.refuse(kExpected);
  file.require_known();
  return file.part(network);
}

std::unique_ptr<WeightSource> open_annotator(const fs::path& place) {
  return is_file(place) ? open_weight_file(place) : open_weights(place, kTransformerStem);
}

BpeTokenizer load_tokenizer(const TextPart& part) {
  BpeTokenizer tokenizer =
      part.published_tokenizer
          ? BpeTokenizer::published_clip(part.tokenizer_folder / "merges.txt", *part.published_tokenizer)
          : BpeTokenizer::load(part.tokenizer_folder, part.config.max_positions);
  require_fitting_tokenizer(tokenizer, part.config, part.tokenizer_folder.string());
  return tokenizer;
}

}  // namespace tstitch
