#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/prompt/bpe_tokenizer.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// A stretch of a weighted prompt; neighbours differ in weight or have a BREAK between them.
struct PromptPart {
  std::string text;
  double weight = 1;
  bool after_break = false;  ///< a new chunk begins here
  friend bool operator==(const PromptPart&, const PromptPart&) = default;
};

/// The weight grammar of the AUTOMATIC1111 web UI: `(x)` times 1.1, `(x:1.3)` times 1.3, `[x]` divided by 1.1, nesting
/// multiplies, `\(` `\)` `\[` `\]` `\\` are the characters themselves, any other backslash is dropped, an unbalanced
/// opening bracket reaches to the end, an unbalanced closing one is text, the word BREAK begins a new chunk, also
/// inside brackets. What changes along a run is settled before (prompt_schedule.h). Always at least one part.
std::vector<PromptPart> parse_weighted_prompt(std::string_view prompt);

/// Round or square brackets as that grammar reads them, by places in the prompt. An opening one that is never closed
/// reaches to the end.
struct PromptBracket {
  std::size_t begin = 0;       ///< of the opening one
  std::size_t inside_end = 0;  ///< where what it weighs ends: at its `:1.3`, else at the closing one
  std::size_t end = 0;         ///< behind the closing one
  bool is_round = true;
  bool is_closed = false;
  std::optional<double> number = {};  ///< the weight that stands in it
  friend bool operator==(const PromptBracket&, const PromptBracket&) = default;
};

struct PromptBrackets {
  std::vector<PromptBracket> all;   ///< in the order of their beginnings
  std::vector<std::size_t> strays;  ///< closing ones that close nothing, and are text
};

/// The brackets that weigh the parts of parse_weighted_prompt().
PromptBrackets weighted_brackets(std::string_view prompt);

/// A word that stands for vectors of its own in one text encoder (textual inversion).
struct PromptWord {
  std::string text;
  std::size_t vectors = 1;
};

/// A place in a chunk where a vector of a word takes the place of a token's.
struct PromptVector {
  std::size_t position = 0;
  std::size_t word = 0;    ///< its index
  std::size_t vector = 0;  ///< of the word's
  friend bool operator==(const PromptVector&, const PromptVector&) = default;
};

/// One window of the text encoder: `model_max_length` ids with start, end and padding, and as many weights.
struct PromptChunk {
  std::vector<std::int64_t>
      ids;  ///< at places of vectors the ids are beyond the vocabulary when plain, 0 when weighted
  std::vector<float> weights;
  std::vector<PromptVector> vectors = {};  ///< by position

  /// True when weighting would change nothing.
  [[nodiscard]] bool is_unweighted() const;
  friend bool operator==(const PromptChunk&, const PromptChunk&) = default;
};

/// The prompt in chunks of `model_max_length - 2` tokens, at least one. Where a chunk is full and its last comma is at
/// most 20 tokens back, what follows the comma moves to the next chunk (that web UI's default). Words are found by
/// their tokens, the longest first, and stay in one piece, as there; of vectors that fill more than a chunk the rest is
/// cut.
std::vector<PromptChunk> weighted_chunks(std::string_view prompt, const BpeTokenizer& tokenizer,
                                         const std::vector<PromptWord>& words = {});

/// The whole prompt as it stands in one chunk, cut where it does not fit; `PromptSyntax::Plain`. Words are added tokens
/// as diffusers adds them: one of several vectors `w` becomes the tokens `w`, `w_1`, `w_2`, ...
PromptChunk plain_chunk(std::string_view prompt, const BpeTokenizer& tokenizer,
                        const std::vector<PromptWord>& words = {});

/// What an editor shows beside the prompt; of words that change along a run the longest ones.
struct TokenCount {
  int tokens = 0;    ///< of the text itself, brackets, weights and tags not counted where they are syntax
  int capacity = 0;  ///< how many fit: of one chunk when plain, of all its chunks when weighted
};
TokenCount count_tokens(std::string_view prompt, PromptSyntax syntax, const BpeTokenizer& tokenizer);

}  // namespace tstitch
