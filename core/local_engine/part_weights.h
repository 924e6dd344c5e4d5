#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/configs/single_file.h"
#include "core/local_engine/model_parts.h"
#include "core/prompt/bpe_tokenizer.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// A file of weights with what it holds, part by part.
struct OpenFile {
  std::shared_ptr<const WeightSource> source;
  SingleFile parts;

  /// Throws BadInput naming the file, and for a kind that no slot takes what it is and what was `expected`.
  explicit OpenFile(const std::filesystem::path& file, WeightChoice choice = WeightChoice::Auto,
                    std::string_view expected = {});
  /// One of `parts` as a source under our names.
  [[nodiscard]] std::unique_ptr<WeightSource> part(const TensorMap& map) const;
  /// Throws BadInput for tensors that no part of a model takes.
  void require_known() const;
  /// Throws BadInput that says what the file is instead.
  [[noreturn]] void refuse(const char* expected) const;
};

/// The weights of a part, which lie in its folder, or in one file with or without others. `variant` chooses among the
/// files of a folder. Throws BadInput.
std::unique_ptr<WeightSource> open_network(const ModelParts& parts, const std::string& variant);
/// The class embedder beside a U-Net of latent diffusion, `embedding.weight`.
std::unique_ptr<WeightSource> open_class_embedding(const std::filesystem::path& place);
std::unique_ptr<WeightSource> open_vae(const std::filesystem::path& place, const std::string& variant);
std::unique_ptr<WeightSource> open_text_encoder(const TextPart& part, const std::string& variant);
std::unique_ptr<WeightSource> open_control_network(const std::filesystem::path& place, const std::string& variant);
std::unique_ptr<WeightSource> open_annotator(const std::filesystem::path& place);

/// The tokenizer of a text encoder: its folder's, or CLIP's published one.
BpeTokenizer load_tokenizer(const TextPart& part);

}  // namespace tstitch
