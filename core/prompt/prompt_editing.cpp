#include "core/prompt/prompt_editing.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/prompt/prompt_grammar.h"
#include "core/prompt/prompt_marks.h"

namespace tstitch {
namespace {

constexpr double kStep = 0.1;
constexpr double kTagStep = 0.05;
constexpr double kEmphasis = 1.1;  // of round brackets without a number
constexpr std::string_view kBlank = " \t\r\n\f\v";

/// In whole hundredths, as people write weights.
double stepped(double weight, double step, int steps) {
  constexpr double kParts = 100;
  return std::round((weight + step * steps) * kParts) / kParts;
}

/// `1.1`, `2.0`
std::string weight_text(double weight) {
  const std::string text = number_text(weight);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

PromptStretch without_blanks(std::string_view text, PromptStretch place) {
  const auto is_blank = [&](std::size_t at) { return kBlank.find(text[at]) != std::string_view::npos; };
  while (place.begin < place.end && is_blank(place.begin)) ++place.begin;
  while (place.end > place.begin && is_blank(place.end - 1)) --place.end;
  return place;
}

/// The word around a place, or nothing. Escaped brackets belong to words.
std::optional<PromptStretch> word_at(std::string_view words, std::size_t place) {
  constexpr std::string_view kBetween = ".,/!?%^*;:{}=`~()[]<>|\\";
  constexpr std::string_view kEscaped = "()[]";
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= words.size();) {
    const bool escapes =
        at + 1 < words.size() && words[at] == '\\' && kEscaped.find(words[at + 1]) != std::string::npos;
    const bool ends = at == words.size() || (!escapes && (kBetween.find(words[at]) != std::string_view::npos ||
                                                          kBlank.find(words[at]) != std::string_view::npos));
    if (ends && begin < at && begin <= place && place <= at) return PromptStretch{begin, at};
    if (ends && at >= place) return std::nullopt;
    at += escapes ? 2 : 1;
    if (ends) begin = at;
  }
  return std::nullopt;
}

PromptChange weigh(std::string_view prompt, PromptStretch place, int steps) {
  const std::string inside(prompt.substr(place.begin, place.end - place.begin));
  return {
      place, concat('(', inside, ':', weight_text(stepped(1, kStep, steps)), ')'), {place.begin + 1, place.end + 1}};
}

PromptChange weigh_again(std::string_view prompt, const PromptBracket& bracket, int steps) {
  const double weight = stepped(bracket.number.value_or(kEmphasis), kStep, steps);
  const PromptStretch inside{bracket.begin + 1, bracket.inside_end};
  if (weight != 1) return {{bracket.inside_end, bracket.end}, concat(':', weight_text(weight), ')'), inside};
  return {{bracket.begin, bracket.end},
          std::string(prompt.substr(inside.begin, inside.end - inside.begin)),
          {bracket.begin, bracket.inside_end - 1}};
}

std::optional<PromptChange> weigh_tag(const PlacedTag& placed, int steps) {
  PromptTag tag = placed.tag;
  if (tag.arguments.size() == 1) tag.arguments.emplace_back("1");
  const auto weight = read_number<double>(trimmed(tag.arguments[1]));
  if (!weight) return std::nullopt;
  tag.arguments[1] = weight_text(stepped(*weight, kTagStep, steps));
  const std::size_t name = placed.place.begin + 1;
  return PromptChange{placed.place, text_of(tag), {name, name + tag.kind.size() + 1 + tag.arguments[0].size()}};
}

/// The innermost round brackets that the selection fills or is whole, or around a cursor or in whose weight it lies.
const PromptBracket* bracket_of(const std::vector<PromptBracket>& brackets, std::string_view words,
                                PromptStretch selection) {
  const auto is_meant = [&](const PromptBracket& bracket) {
    if (!bracket.is_round || !bracket.is_closed || bracket.inside_end <= bracket.begin + 1) return false;
    const bool around = bracket.begin < selection.begin && selection.end < bracket.end;
    if (selection.begin == selection.end) return around;
    return selection == PromptStretch{bracket.begin, bracket.end} ||
           selection == without_blanks(words, {bracket.begin + 1, bracket.inside_end}) ||
           (around && selection.begin >= bracket.inside_end);
  };
  const auto found = std::find_if(brackets.rbegin(), brackets.rend(), is_meant);
  return found == brackets.rend() ? nullptr : &*found;
}

bool cuts_brackets(const PromptBrackets& brackets, PromptStretch selection) {
  const auto has = [&](std::size_t place) { return selection.begin <= place && place < selection.end; };
  return std::any_of(brackets.strays.begin(), brackets.strays.end(), has) ||
         std::any_of(brackets.all.begin(), brackets.all.end(), [&](const PromptBracket& bracket) {
           return bracket.is_closed ? has(bracket.begin) != has(bracket.end - 1) : has(bracket.begin);
         });
}

/// The words with a filler in the place of each tag, which is a piece or a part of one.
std::string with_filled_tags(std::string_view prompt) {
  std::string words = words_in_place(prompt);
  for (const PromptMark& mark : prompt_marks(prompt)) {
    if (mark.kind == PromptMarkKind::Tag) words.replace(mark.begin, mark.end - mark.begin, mark.end - mark.begin, 'x');
  }
  return words;
}

/// Pieces between the commas of one level, without the blanks around them.
class Pieces {
 public:
  Pieces(std::string_view words, PromptStretch selection) : words_(words), brackets_(weighted_brackets(words).all) {
    std::erase_if(brackets_, [](const PromptBracket& bracket) { return !bracket.is_closed; });
    const PromptStretch level = level_of(selection);
    std::size_t begin = level.begin;
    for (std::size_t at = level.begin; at < level.end; ++at) {
      if (words_[at] != ',' || is_deeper(at, level)) continue;
      add({begin, at}, selection);
      begin = at + 1;
    }
    const PromptStretch rest = without_blanks(words_, {begin, level.end});
    if (rest.begin < rest.end || selection.end >= begin) add({begin, level.end}, selection);
  }

  [[nodiscard]] const std::vector<PromptStretch>& all() const { return pieces_; }
  [[nodiscard]] std::size_t first() const { return first_; }
  [[nodiscard]] std::size_t last() const { return last_; }

 private:
  /// Inside the innermost brackets around the selection, or the whole text.
  [[nodiscard]] PromptStretch level_of(PromptStretch selection) const {
    PromptStretch level{0, words_.size()};
    for (const PromptBracket& bracket : brackets_) {
      const bool around = bracket.begin < selection.begin && selection.end <= bracket.inside_end;
      if (around && bracket.begin + 1 >= level.begin) level = {bracket.begin + 1, bracket.inside_end};
    }
    return level;
  }

  [[nodiscard]] bool is_deeper(std::size_t place, PromptStretch level) const {
    return std::any_of(brackets_.begin(), brackets_.end(), [&](const PromptBracket& bracket) {
      return bracket.begin >= level.begin && bracket.begin < place && place < bracket.end;
    });
  }

  void add(PromptStretch place, PromptStretch selection) {
    if (place.end < selection.begin) ++first_;
    if (place.begin <= selection.end) last_ = pieces_.size();
    pieces_.push_back(without_blanks(words_, place));
  }

  std::string_view words_;
  std::vector<PromptBracket> brackets_;
  std::vector<PromptStretch> pieces_;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

std::string_view part_of(std::string_view prompt, std::size_t begin, std::size_t end) {
  return prompt.substr(begin, end - begin);
}

}  // namespace

std::string changed(std::string_view prompt, const PromptChange& change) {
  return concat(prompt.substr(0, change.place.begin), change.text, prompt.substr(change.place.end));
}

std::optional<PromptChange> change_weight(std::string_view prompt, PromptStretch selection, int steps) {
  const std::string words = words_in_place(prompt);
  const bool is_cursor = selection.begin == selection.end;
  if (!is_cursor) selection = without_blanks(prompt, selection);
  for (const PlacedTag& tag : placed_tags(prompt)) {
    const auto inside = [&](std::size_t place) { return tag.place.begin < place && place < tag.place.end; };
    const bool is_whole = selection == tag.place;
    if (is_whole || (inside(selection.begin) && selection.end <= tag.place.end)) return weigh_tag(tag, steps);
    if (inside(selection.begin) || inside(selection.end)) return std::nullopt;
  }
  const PromptBrackets brackets = weighted_brackets(words);
  if (const PromptBracket* bracket = bracket_of(brackets.all, words, selection)) {
    return weigh_again(prompt, *bracket, steps);
  }
  if (is_cursor) {
    const auto word = word_at(words, selection.begin);
    return word ? std::optional(weigh(prompt, *word, steps)) : std::nullopt;
  }
  if (selection.begin == selection.end || cuts_brackets(brackets, selection)) return std::nullopt;
  return weigh(prompt, selection, steps);
}

std::optional<PromptChange> move_piece(std::string_view prompt, PromptStretch selection, int direction) {
  const std::string words = with_filled_tags(prompt);
  const Pieces pieces(words, selection);
  const std::vector<PromptStretch>& all = pieces.all();
  const bool left = direction < 0;
  if (all.empty() || (left ? pieces.first() == 0 : pieces.last() + 1 >= all.size())) return std::nullopt;
  const PromptStretch moved{all[pieces.first()].begin, all[pieces.last()].end};
  const PromptStretch other = left ? all[pieces.first() - 1] : all[pieces.last() + 1];
  const PromptStretch between = left ? PromptStretch{other.end, moved.begin} : PromptStretch{moved.end, other.begin};
  const auto text = [&](PromptStretch place) { return part_of(prompt, place.begin, place.end); };
  PromptChange change;
  change.place = {std::min(moved.begin, other.begin), std::max(moved.end, other.end)};
  change.text =
      left ? concat(text(moved), text(between), text(other)) : concat(text(other), text(between), text(moved));
  const std::size_t begin = left ? other.begin : other.end - (moved.end - moved.begin);
  const auto follow = [&](std::size_t place) {
    return begin + std::clamp(place, moved.begin, moved.end) - moved.begin;
  };
  change.selection = {follow(selection.begin), follow(selection.end)};
  return change;
}

}  // namespace tstitch
