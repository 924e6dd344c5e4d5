#include "core/configs/embedding_layout.h"

#include <algorithm>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

constexpr std::string_view kParameters = "string_to_param.";
constexpr std::string_view kTokens = "string_to_token.";
constexpr const char* kPlain = "emb_params";
constexpr const char* kFirst = "clip_l";
constexpr const char* kSecond = "clip_g";
constexpr std::int64_t kMostVectors = 1024;
constexpr std::int64_t kWidest = 8192;
constexpr std::int64_t kNarrowest = 8;

/// As a text encoder's vectors are shaped.
bool is_table(const std::vector<std::int64_t>& shape) {
  return (shape.size() == 1 || shape.size() == 2) && shape.back() >= kNarrowest && shape.back() <= kWidest &&
         (shape.size() == 1 || (shape.front() >= 1 && shape.front() <= kMostVectors));
}

EmbeddingTensor table(EmbeddingEncoder encoder, const std::string& name, const std::vector<std::int64_t>& shape,
                      const std::string& file) {
  if (!is_table(shape)) {
    std::vector<std::string> sides;
    sides.reserve(shape.size());
    for (const std::int64_t side : shape) sides.push_back(concat(side));
    throw BadInput(concat("expected up to ", kMostVectors, " vectors of a text encoder's width in ", in_quotes(name),
                          ", found the shape [", join(sides, ","), "]."),
                   file);
  }
  return {encoder, name, shape.size() == 1 ? 1 : shape.front(), shape.back()};
}

/// The tensors that count, without what A1111 keeps beside them.
TensorShapes learned(const TensorShapes& tensors) {
  TensorShapes learned;
  for (const auto& [name, shape] : tensors) {
    if (!name.starts_with(kTokens) && name != "step") learned.emplace(name, shape);
  }
  return learned;
}

std::vector<std::string> parameters_in(const TensorShapes& tensors) {
  std::vector<std::string> names;
  for (const auto& [name, shape] : tensors) {
    if (name.starts_with(kParameters)) names.push_back(name);
  }
  return names;
}

}  // namespace

bool is_embedding(const TensorShapes& all) {
  const TensorShapes tensors = learned(all);
  if (!parameters_in(tensors).empty()) return true;
  if (tensors.contains(kPlain)) return true;
  if (tensors.contains(kFirst) || tensors.contains(kSecond)) return tensors.size() <= 3;  // SD 3 adds t5xxl
  return tensors.size() == 1 && is_table(tensors.begin()->second);
}

EmbeddingLayout read_embedding_layout(const TensorShapes& all, const std::map<std::string, std::string>& texts,
                                      const std::string& file) {
  if (!is_embedding(all)) throw BadInput("holds no textual inversion.", file);
  const TensorShapes tensors = learned(all);
  const auto name = texts.find("name");
  EmbeddingLayout read;
  read.layout = "A1111";
  if (name != texts.end()) read.word = name->second;
  const auto add = [&](EmbeddingEncoder encoder, const std::string& tensor) {
    read.tensors.push_back(table(encoder, tensor, tensors.at(tensor), file));
  };
  const std::vector<std::string> parameters = parameters_in(tensors);
  if (parameters.size() > 1) {
    throw BadInput(concat("holds ", parameters.size(), " textual inversions (", in_quotes(parameters[0]), ", ",
                          in_quotes(parameters[1]), "); one was expected."),
                   file, "Save each in a file of its own.");
  }
  if (!parameters.empty()) {
    add(EmbeddingEncoder::Any, parameters.front());
  } else if (tensors.contains(kPlain)) {
    add(EmbeddingEncoder::Any, kPlain);
  } else if (tensors.contains(kFirst) || tensors.contains(kSecond)) {
    read.layout = "SDXL";
    if (tensors.contains(kFirst)) add(EmbeddingEncoder::First, kFirst);
    if (tensors.contains(kSecond)) add(EmbeddingEncoder::Second, kSecond);
  } else {
    read.layout = "diffusers";
    read.word = tensors.begin()->first;
    add(EmbeddingEncoder::Any, read.word);
  }
  return read;
}

std::vector<EmbeddingLayout> read_bundled_embeddings(const TensorShapes& tensors, const std::string& file) {
  std::map<std::string, TensorShapes> by_word;
  for (const auto& [name, shape] : tensors) {
    if (!name.starts_with(kBundledEmbedding)) continue;
    const std::string inside = name.substr(kBundledEmbedding.size());
    const std::size_t dot = inside.find('.');
    if (dot == 0 || dot == std::string::npos || dot + 1 == inside.size()) {
      throw BadInput(concat("expected the word and the kind of a textual inversion in ", in_quotes(name), "."), file);
    }
    by_word[inside.substr(0, dot)].emplace(inside.substr(dot + 1), shape);
  }
  std::vector<EmbeddingLayout> found;
  for (const auto& [word, inside] : by_word) {
    EmbeddingLayout read = read_embedding_layout(inside, {}, file);
    read.word = word;
    for (EmbeddingTensor& tensor : read.tensors) tensor.tensor = concat(kBundledEmbedding, word, '.', tensor.tensor);
    found.push_back(std::move(read));
  }
  return found;
}

}  // namespace tstitch
