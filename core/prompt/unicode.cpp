#include "core/prompt/unicode.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/prompt/unicode_tables.h"

namespace tstitch::unicode {

namespace {

/// The range that holds the code point, or null.
template <class AnyRange>
const AnyRange* find_range(std::span<const AnyRange> ranges, char32_t code_point) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), code_point,
                                      [](char32_t value, const AnyRange& range) { return value < range.first; });
  if (after == ranges.begin()) return nullptr;
  const AnyRange& range = *(after - 1);
  return code_point <= range.last ? &range : nullptr;
}

std::uint32_t combining_class(char32_t code_point) {
  const ClassRange* range = find_range(kCombining, code_point);
  return range == nullptr ? 0 : range->combining_class;
}

// Hangul syllables are composed by arithmetic (The Unicode Standard, section 3.12).
constexpr char32_t kSyllable = 0xAC00, kLead = 0x1100, kVowel = 0x1161, kTail = 0x11A7;
constexpr char32_t kLeads = 19, kVowels = 21, kTails = 28, kSyllables = kLeads * kVowels * kTails;

bool within(char32_t value, char32_t first, char32_t count) {
  return value >= first && value - first < count;
}

void decompose(char32_t code_point, std::u32string& out) {
  if (within(code_point, kSyllable, kSyllables)) {
    const char32_t index = code_point - kSyllable;
    out.push_back(kLead + index / (kVowels * kTails));
    out.push_back(kVowel + index % (kVowels * kTails) / kTails);
    if (index % kTails != 0) out.push_back(kTail + index % kTails);
    return;
  }
  const auto found =
      std::lower_bound(kDecompositions.begin(), kDecompositions.end(), code_point,
                       [](const Decomposition& entry, char32_t value) { return entry.code_point < value; });
  if (found == kDecompositions.end() || found->code_point != code_point) {
    out += code_point;
    return;
  }
  decompose(found->first, out);
  if (found->second != 0) out += found->second;
}

std::uint64_t pair_key(char32_t first, char32_t second) {
  return std::uint64_t{first} << 32 | second;
}

const std::unordered_map<std::uint64_t, char32_t>& compositions() {
  static const auto table = [] {
    std::unordered_map<std::uint64_t, char32_t> pairs;
    for (const Decomposition& entry : kDecompositions) {
      if (entry.composes != 0) pairs.emplace(pair_key(entry.first, entry.second), entry.code_point);
    }
    return pairs;
  }();
  return table;
}

std::optional<char32_t> compose(char32_t first, char32_t second) {
  if (within(first, kLead, kLeads) && within(second, kVowel, kVowels)) {
    return kSyllable + ((first - kLead) * kVowels + second - kVowel) * kTails;
  }
  const bool open_syllable = within(first, kSyllable, kSyllables) && (first - kSyllable) % kTails == 0;
  if (open_syllable && within(second, kTail + 1, kTails - 1)) return first + second - kTail;
  const auto found = compositions().find(pair_key(first, second));
  if (found == compositions().end()) return std::nullopt;
  return found->second;
}

struct Mark {
  char32_t code_point;
  std::uint32_t combining_class;
};

/// Canonical decomposition with its marks in canonical order.
std::vector<Mark> decomposed(std::u32string_view text) {
  std::u32string flat;
  for (const char32_t code_point : text) decompose(code_point, flat);
  std::vector<Mark> marks;
  marks.reserve(flat.size());
  for (const char32_t code_point : flat) marks.push_back({code_point, combining_class(code_point)});
  const auto is_starter = [](const Mark& mark) { return mark.combining_class == 0; };
  for (auto begin = marks.begin(); begin != marks.end();) {
    begin = std::find_if_not(begin, marks.end(), is_starter);
    const auto end = std::find_if(begin, marks.end(), is_starter);
    std::stable_sort(begin, end, [](const Mark& a, const Mark& b) { return a.combining_class < b.combining_class; });
    begin = end;
  }
  return marks;
}

}  // namespace

bool is_letter(char32_t code_point) {
  return find_range(kLetters, code_point) != nullptr;
}
bool is_number(char32_t code_point) {
  return find_range(kNumbers, code_point) != nullptr;
}
bool is_space(char32_t code_point) {
  return find_range(kSpaces, code_point) != nullptr;
}

std::u32string lower_case(std::u32string_view text) {
  std::u32string lower;
  lower.reserve(text.size());
  for (const char32_t code_point : text) {
    if (code_point == 0x130) {
      lower += U"i\u0307";
      continue;
    }
    const CaseRange* range = find_range(kLower, code_point);
    const bool moves = range != nullptr && (code_point - range->first) % range->stride == 0;
    lower += moves ? static_cast<char32_t>(static_cast<std::int64_t>(code_point) + range->delta) : code_point;
  }
  return lower;
}

std::u32string nfc(std::u32string_view text) {
  // Below the combining marks nothing decomposes together: most prompts end here.
  if (std::all_of(text.begin(), text.end(), [](char32_t code_point) { return code_point < 0x300; })) {
    return std::u32string(text);
  }
  std::u32string composed;
  std::optional<std::size_t> starter;
  std::uint32_t last_class = 0;
  for (const Mark& mark : decomposed(text)) {
    const bool adjacent = starter && composed.size() == *starter + 1;
    if (starter && (adjacent || last_class < mark.combining_class)) {
      if (const auto joined = compose(composed[*starter], mark.code_point)) {
        composed[*starter] = *joined;
        continue;
      }
    }
    if (mark.combining_class == 0) starter = composed.size();
    last_class = mark.combining_class;
    composed += mark.code_point;
  }
  return composed;
}

}  // namespace tstitch::unicode
