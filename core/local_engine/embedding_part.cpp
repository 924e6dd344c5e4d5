#include "core/local_engine/embedding_part.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/byte_source.h"
#include "core/formats/torch_archive.h"
#include "core/formats/weight_file_kind.h"
#include "core/models/model_identity.h"
#include "core/weights/weight_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// What a file of torch.save says beside its tensors.
std::map<std::string, std::string> texts_in(const fs::path& file) {
  const FileBytes bytes(file, file.string());
  const auto first = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), kKindBytes));
  const WeightFileKind kind = weight_file_kind(bytes.text(0, first), bytes.size(), bytes.label());
  if (kind != WeightFileKind::TorchArchive) return {};
  return read_torch_archive(bytes).texts;
}

std::string widths_of(const std::vector<EmbeddingTensor>& tensors) {
  std::vector<std::string> widths;
  widths.reserve(tensors.size());
  for (const EmbeddingTensor& tensor : tensors) widths.push_back(concat(tensor.width));
  return join(widths, " and ");
}

std::string widths_of(const TextParts& text) {
  std::vector<std::string> widths;
  for (const TextPart& part : text.encoders) widths.push_back(concat(part.config.hidden_size));
  return join(widths, " and ");
}

const EmbeddingTensor* tensor_for(const RunWord& word, const TextPart& part, std::size_t encoders) {
  const bool second = part.role == "text_encoder_2";
  const auto fits = [&](const EmbeddingTensor& tensor) {
    if (tensor.width != part.config.hidden_size) return false;
    if (tensor.encoder == EmbeddingEncoder::Any) return encoders == 1;
    return (tensor.encoder == EmbeddingEncoder::Second) == second;
  };
  const auto found = std::find_if(word.tensors.begin(), word.tensors.end(), fits);
  return found == word.tensors.end() ? nullptr : &*found;
}

}  // namespace

bool stands_in(const std::vector<std::string>& texts, const std::string& word) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return lower_case(text).find(lower_case(word)) != std::string::npos;
  });
}

std::string EmbeddingPart::word_in(const std::vector<std::string>& texts) const {
  const std::string name = path.stem().string();
  std::vector<std::string> words{name};
  const bool says = !layout.word.empty() && layout.word != "*" && layout.word != name;
  if (says) words.insert(layout.layout == std::string_view("diffusers") ? words.begin() : words.end(), layout.word);
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& word) { return stands_in(texts, word); });
  return found == words.end() ? words.front() : *found;
}

EmbeddingPart read_embedding_part(const fs::path& file) {
  const FileStamp stamp = stamp_at(file).value_or(FileStamp{});
  const TensorShapes shapes = read_tensor_shapes(file);
  if (!is_embedding(shapes)) {
    const ModelIdentity identity = identify_tensors(shapes, file.string());
    throw BadInput(concat("is ", phrase_of(identity.role), " (", identity.family, "), expected a textual inversion."),
                   file.string());
  }
  return {file, stamp, read_embedding_layout(shapes, texts_in(file), file.string())};
}

std::vector<EmbeddingTensor> require_fitting_word(const RunWord& word, const TextParts& text,
                                                  const DenoiserName& denoiser) {
  std::vector<EmbeddingTensor> tensors;
  for (const TextPart& part : text.encoders) {
    if (const EmbeddingTensor* tensor = tensor_for(word, part, text.encoders.size())) tensors.push_back(*tensor);
  }
  // A file for both encoders of a family is none for the one encoder of another.
  const bool whole = tensors.size() == text.encoders.size() &&
                     (word.tensors.size() == tensors.size() || text.encoders.front().role == "text_encoder_2");
  if (whole) return tensors;
  throw IncompatibleModels(
      concat("the textual inversion ", word.word, " has vectors of width ", widths_of(word.tensors), " for ",
             word.tensors.size() == 1 ? "one text encoder" : "two text encoders", "; the text of ", denoiser,
             " is read by ", text.encoders.size() == 1 ? "one" : "two", " of width ", widths_of(text), "."),
      word.file.string());
}

TextWords read_words(const std::vector<RunWord>& words, const TextParts& text, const DenoiserName& denoiser) {
  if (words.empty()) return {};
  TextWords read(text.encoders.size());
  for (const RunWord& word : words) {
    const std::vector<EmbeddingTensor> tensors = require_fitting_word(word, text, denoiser);
    const std::unique_ptr<WeightSource> source = open_weight_file(word.file);
    if (source->stamps() != std::vector{word.stamp}) {
      throw BadInput("was changed while the run went on.", word.file.string(), "Run again.");
    }
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const EmbeddingTensor& tensor = tensors[i];
      read[i].push_back({word.word, source->read(tensor.tensor, at::kFloat).view({tensor.vectors, tensor.width})});
    }
  }
  return read;
}

}  // namespace tstitch
