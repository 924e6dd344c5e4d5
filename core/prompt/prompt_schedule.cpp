#include "core/prompt/prompt_schedule.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

constexpr std::string_view kBlank = " \t\r\n\f\v";
constexpr std::size_t kMostText = std::size_t{64} << 20U;

/// A stretch of the prompt, [begin, end).
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A pair of brackets that mean something, or only enclose a text.
struct Group {
  enum class Kind { Text, Scheduled, Alternate };
  Kind kind = Kind::Text;
  std::size_t end = 0;           ///< behind the closing bracket
  std::vector<Stretch> choices;  ///< Scheduled: before and after
  std::string_view when;         ///< Scheduled: the number
};

/// The prompt's groups by where they open, innermost known first, so that nothing recurses.
class Groups {
 public:
  explicit Groups(std::string_view text) : text_(text) {
    for (std::size_t at = text.size(); at-- > 0;) {
      if (text[at] != '[' && text[at] != '(') continue;
      if (auto group = group_at(at)) groups_.emplace(at, std::move(*group));
    }
  }

  [[nodiscard]] const Group* at(std::size_t place) const {
    const auto found = groups_.find(place);
    return found == groups_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const std::map<std::size_t, Group>& all() const { return groups_; }

  /// Whether the grammar reaches to the end of the text.
  [[nodiscard]] bool reads_all() const {
    for (std::size_t at = 0; at < text_.size();) {
      if (text_[at] == '|') return false;
      if (const Group* group = this->at(at)) {
        at = group->end;
      } else {
        const std::size_t length = is_mark(text_[at]) ? 1 : plain_length(at);
        if (length == 0) return false;
        at += length;
      }
    }
    return true;
  }

 private:
  static bool is_mark(char c) { return std::string_view("[]():|").find(c) != std::string_view::npos; }

  /// Of the one character of plain text, or the two of an escaped one; 0 where there is none.
  [[nodiscard]] std::size_t plain_length(std::size_t at) const {
    if (text_[at] != '\\') return is_mark(text_[at]) ? 0 : 1;
    return at + 1 < text_.size() && text_[at + 1] != '\n' ? 2 : 0;
  }

  /// Reads on until a mark that belongs to the group around, behind whole groups; none where the text breaks off.
  [[nodiscard]] std::optional<std::size_t> next_mark(std::size_t at) const {
    while (at < text_.size()) {
      if (text_[at] == '[' || text_[at] == '(') {
        const Group* inner = this->at(at);
        if (inner == nullptr) return std::nullopt;
        at = inner->end;
      } else if (const std::size_t length = plain_length(at); length > 0) {
        at += length;
      } else {
        return text_[at] == '\\' ? std::nullopt : std::optional(at);
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Group> group_at(std::size_t open) const {
    const bool square = text_[open] == '[';
    std::vector<Stretch> pieces;
    std::size_t colons = 0, bars = 0, begin = open + 1;
    while (true) {
      const auto mark = next_mark(begin);
      if (!mark) return std::nullopt;
      pieces.push_back({begin, *mark});
      begin = *mark + 1;
      if (text_[*mark] == ':') {
        ++colons;
      } else if (text_[*mark] == '|') {
        ++bars;
      } else if (text_[*mark] == (square ? ']' : ')')) {
        break;
      } else {
        return std::nullopt;
      }
    }
    if (square) return square_group(std::move(pieces), colons, bars, begin);
    return bars == 0 && colons <= 1 ? std::optional(Group{Group::Kind::Text, begin, {}, {}}) : std::nullopt;
  }

  [[nodiscard]] std::optional<Group> square_group(std::vector<Stretch> pieces, std::size_t colons, std::size_t bars,
                                                  std::size_t end) const {
    if (colons == 0 && bars == 0) return Group{Group::Kind::Text, end, {}, {}};
    if (colons == 0) return Group{Group::Kind::Alternate, end, std::move(pieces), {}};
    if (bars > 0 || colons > 2) return std::nullopt;
    const std::string_view number = number_in(pieces.back());
    if (number.empty()) return std::nullopt;
    pieces.pop_back();
    if (pieces.size() == 1) pieces.insert(pieces.begin(), Stretch{});
    return Group{Group::Kind::Scheduled, end, std::move(pieces), number};
  }

  /// A number between blanks: `3`, `+.5`, `-1e2`; empty where there is none.
  [[nodiscard]] std::string_view number_in(const Stretch& piece) const {
    std::string_view text = text_.substr(piece.begin, piece.end - piece.begin);
    text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
    text = text.substr(0, text.find_last_not_of(kBlank) + 1);
    std::string_view digits = text;
    if (digits.starts_with('+') || digits.starts_with('-')) digits.remove_prefix(1);
    const bool is_digit = !digits.empty() && digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
                          std::string_view("0123456789.").find(digits.front()) != std::string_view::npos;
    if (!is_digit) return {};
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error != std::errc::invalid_argument && end == digits.data() + digits.size() ? text : std::string_view();
  }

  std::string_view text_;
  std::map<std::size_t, Group> groups_;
};

/// The last step before the change. With a decimal point the number is a share of the steps.
int step_of(std::string_view number, int steps) {
  const bool is_share = number.find('.') != std::string_view::npos;
  const bool negative = number.starts_with('-');
  if (negative || number.starts_with('+')) number.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  static_cast<void>(end);
  if (negative) return 0;
  if (error == std::errc::result_out_of_range) return number.find('-') == std::string_view::npos ? steps : 0;
  if (is_share) value *= steps;
  return value >= steps ? steps : static_cast<int>(value);
}

class Schedule {
 public:
  Schedule(std::string_view text, int steps) : text_(text), steps_(steps), groups_(text) {
    for (const auto& [place, group] : groups_.all()) {
      if (group.kind == Group::Kind::Scheduled) when_[place] = step_of(group.when, steps);
    }
  }

  [[nodiscard]] bool reads_all() const { return groups_.reads_all(); }

  /// The steps behind which the words may change, the last one among them.
  [[nodiscard]] std::set<int> changes() const {
    std::set<int> changes{steps_};
    for (const auto& [place, group] : groups_.all()) {
      if (group.kind == Group::Kind::Scheduled && when_.at(place) >= 1) changes.insert(when_.at(place));
      if (group.kind != Group::Kind::Alternate) continue;
      for (int step = 1; step <= steps_; ++step) changes.insert(step);
      break;
    }
    return changes;
  }

  [[nodiscard]] std::string text_at(int step) const {
    std::string words;
    std::vector<Stretch> open{{0, text_.size()}};
    while (!open.empty()) {
      Stretch& rest = open.back();
      if (rest.begin == rest.end) {
        open.pop_back();
        continue;
      }
      const std::size_t place = rest.begin;
      const Group* group = groups_.at(place);
      if (group == nullptr || group->kind == Group::Kind::Text) {
        words += text_[place];
        // What is escaped opens no group.
        if (text_[place] == '\\' && place + 1 < rest.end) words += text_[++rest.begin];
        ++rest.begin;
      } else {
        rest.begin = group->end;
        open.push_back(chosen(place, *group, step));
      }
    }
    return words;
  }

 private:
  [[nodiscard]] Stretch chosen(std::size_t place, const Group& group, int step) const {
    if (group.kind == Group::Kind::Scheduled) return group.choices[step <= when_.at(place) ? 0 : 1];
    return group.choices[static_cast<std::size_t>(step - 1) % group.choices.size()];
  }

  std::string_view text_;
  int steps_;
  Groups groups_;
  std::map<std::size_t, int> when_;
};

}  // namespace

std::vector<ScheduledText> scheduled_texts(std::string_view prompt, int steps) {
  TSTITCH_CHECK(steps >= 1, steps);
  std::vector<ScheduledText> texts;
  if (prompt.find('[') == std::string_view::npos) return {{steps, std::string(prompt)}};
  const Schedule schedule(prompt, steps);
  if (!schedule.reads_all()) return {{steps, std::string(prompt)}};
  const std::set<int> changes = schedule.changes();
  if (prompt.size() > kMostText / changes.size()) {
    throw UsageError(concat("a text of ", prompt.size(), " bytes cannot change ", changes.size(), " times in a run."),
                     "PROMPT");
  }
  for (const int until : changes) {
    std::string text = schedule.text_at(until);
    if (!texts.empty() && texts.back().text == text) {
      texts.back().until = until;
    } else {
      texts.push_back({until, std::move(text)});
    }
  }
  return texts;
}

const std::string& text_at(const std::vector<ScheduledText>& texts, int step) {
  const auto found = std::find_if(texts.begin(), texts.end(), [&](const auto& text) { return step <= text.until; });
  TSTITCH_CHECK(found != texts.end(), step);
  return found->text;
}

}  // namespace tstitch
