#include "core/prompt/prompt_marks.h"

#include <algorithm>

#include "core/prompt/prompt_grammar.h"
#include "core/prompt/prompt_tags.h"

namespace tstitch {
namespace {

void blank(std::string& text, const PromptStretch& place) {
  std::fill(text.begin() + static_cast<std::ptrdiff_t>(place.begin),
            text.begin() + static_cast<std::ptrdiff_t>(place.end), ' ');
}

/// Every place where the word stands alone, or where the piece stands.
void mark_all(std::vector<PromptMark>& marks, PromptMarkKind kind, std::string_view text, std::string_view piece) {
  const bool is_word = std::all_of(piece.begin(), piece.end(), is_word_byte) && !piece.starts_with("__");
  const auto next = [&](std::size_t from) { return is_word ? find_word(text, piece, from) : text.find(piece, from); };
  for (std::size_t at = next(0); at != std::string_view::npos; at = next(at + piece.size())) {
    marks.push_back({kind, at, at + piece.size()});
  }
}

void mark_brackets(std::vector<PromptMark>& marks, std::string_view words) {
  const PromptBrackets brackets = weighted_brackets(words);
  for (const PromptBracket& bracket : brackets.all) {
    const auto kind = bracket.is_closed ? PromptMarkKind::Bracket : PromptMarkKind::Unbalanced;
    marks.push_back({kind, bracket.begin, bracket.begin + 1});
    if (bracket.is_closed) marks.push_back({kind, bracket.inside_end, bracket.end});
  }
  for (const std::size_t stray : brackets.strays) marks.push_back({PromptMarkKind::Unbalanced, stray, stray + 1});
}

}  // namespace

std::string words_in_place(std::string_view prompt) {
  std::string words(prompt);
  for (const PromptStretch& comment : comments_in(prompt)) blank(words, comment);
  for (const PlacedTag& tag : placed_tags(words)) blank(words, tag.place);
  return words;
}

std::vector<PromptMark> prompt_marks(std::string_view prompt) {
  std::vector<PromptMark> marks;
  std::string words(prompt);
  for (const PromptStretch& comment : comments_in(prompt)) {
    marks.push_back({PromptMarkKind::Comment, comment.begin, comment.end});
    blank(words, comment);
  }
  for (const PlacedTag& tag : placed_tags(words)) {
    marks.push_back({PromptMarkKind::Tag, tag.place.begin, tag.place.end});
  }
  words = words_in_place(prompt);
  mark_brackets(marks, words);
  mark_all(marks, PromptMarkKind::Break, words, "BREAK");
  for (const std::string& piece : foreign_syntax(words)) mark_all(marks, PromptMarkKind::Foreign, words, piece);
  std::stable_sort(marks.begin(), marks.end(),
                   [](const PromptMark& a, const PromptMark& b) { return a.begin < b.begin; });
  return marks;
}

}  // namespace tstitch
