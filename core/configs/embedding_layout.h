#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// Which text encoder learned vectors are for.
enum class EmbeddingEncoder {
  Any,     ///< the one of their width
  First,   ///< `clip_l`: SDXL's first
  Second,  ///< `clip_g`: SDXL's second, its refiner's only one
};

/// Vectors in the place of one word, for one text encoder.
struct EmbeddingTensor {
  EmbeddingEncoder encoder = EmbeddingEncoder::Any;
  std::string tensor;  ///< its name in the file
  std::int64_t vectors = 1;
  std::int64_t width = 0;
  friend bool operator==(const EmbeddingTensor&, const EmbeddingTensor&) = default;
};

/// A textual inversion (Gal et al. 2022): what stands in a text in the place of a word.
struct EmbeddingLayout {
  std::string word;  ///< as the file names it; empty where it does not
  std::vector<EmbeddingTensor> tensors;
  const char* layout = "";  ///< `A1111`, `diffusers`, `SDXL`
};

/// Whether the names are those of a textual inversion: `string_to_param.*` (the AUTOMATIC1111 web UI and the authors),
/// `emb_params`, `clip_l` and `clip_g`, or the one tensor [width] or [n, width] that diffusers saves under its word.
bool is_embedding(const TensorShapes& tensors);

/// `texts`: what the file says beside its tensors (`name`). Throws BadInput naming `file` where the tensors are no
/// textual inversion, hold several words, more than 1024 vectors or a shape that is none.
EmbeddingLayout read_embedding_layout(const TensorShapes& tensors, const std::map<std::string, std::string>& texts,
                                      const std::string& file);

/// The tensors of textual inversions that lie in a low-rank file begin with this; then the word up to a dot, then what
/// a file of its own would say.
inline constexpr std::string_view kBundledEmbedding = "bundle_emb.";

/// Those that a low-rank file brings, by word. Throws as above.
std::vector<EmbeddingLayout> read_bundled_embeddings(const TensorShapes& tensors, const std::string& file);

}  // namespace tstitch
