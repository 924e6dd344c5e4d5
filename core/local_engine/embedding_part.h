#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/configs/embedding_layout.h"
#include "core/local_engine/model_parts.h"
#include "core/request/generation_request.h"
#include "core/system/file_stamp.h"
#include "core/text/text_conditioner.h"

namespace tstitch {

/// A file of a textual inversion, its header read.
struct EmbeddingPart {
  std::filesystem::path path;
  FileStamp stamp;
  EmbeddingLayout layout;

  /// What stands for it where no word is given, the file's name or the word that it says: the first one that stands in
  /// the texts, in the order of its own kind of program, or the first of them.
  [[nodiscard]] std::string word_in(const std::vector<std::string>& texts) const;
};

/// Whatever the case of its letters.
bool stands_in(const std::vector<std::string>& texts, const std::string& word);

/// Throws BadInput naming the file, and what it is where it is something else.
EmbeddingPart read_embedding_part(const std::filesystem::path& file);

/// A word of a run that stands for vectors of its own, and the file that they lie in.
struct RunWord {
  std::string word;
  std::filesystem::path file;
  FileStamp stamp;
  std::vector<EmbeddingTensor> tensors;
  std::optional<DenoiserName> denoiser;  ///< the only one whose text has it; none = all
};

/// The tensor for each encoder of a model's text, in their order. Throws IncompatibleModels naming the widths where one
/// has none or another width.
std::vector<EmbeddingTensor> require_fitting_word(const RunWord& word, const TextParts& text,
                                                  const DenoiserName& denoiser);

/// Reads the vectors. Throws BadInput for numbers that are none, and for a file that is another one by now.
TextWords read_words(const std::vector<RunWord>& words, const TextParts& text, const DenoiserName& denoiser);

}  // namespace tstitch
