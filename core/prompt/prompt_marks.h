#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// What a stretch of a weighted prompt is besides words.
enum class PromptMarkKind {
  Comment,
  Tag,         ///< `<lora:foxStyle:0.8>`
  Bracket,     ///< one that weighs, a closing one with its weight: `:1.3)`
  Unbalanced,  ///< a bracket without its other half
  Break,
  Foreign  ///< means something to other programs and is words here (prompt_tags.h)
};

/// [begin, end) in bytes.
struct PromptMark {
  PromptMarkKind kind;
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const PromptMark&, const PromptMark&) = default;
};

/// By their places, for an editor that shows them.
std::vector<PromptMark> prompt_marks(std::string_view prompt);

/// The prompt with blanks in the place of comments and tags, so that all words keep their places.
std::string words_in_place(std::string_view prompt);

}  // namespace tstitch
