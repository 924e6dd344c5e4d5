#include "core/prompt/prompt_tags.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/text.h"

namespace tstitch {

namespace {

/// Behind the `>` of the tag that begins at `open`, or npos.
std::size_t end_of_tag(std::string_view text, std::size_t open) {
  std::size_t colon = open + 1;
  while (colon < text.size() && is_word_byte(text[colon])) ++colon;
  if (colon == open + 1 || colon == text.size() || text[colon] != ':') return std::string_view::npos;
  const std::size_t close = text.find('>', colon);
  return close == std::string_view::npos || close == colon + 1 ? std::string_view::npos : close + 1;
}

/// A brace with a bar in it, up to its closing brace; empty where there is none.
std::string_view braces(std::string_view text) {
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return {};
    const std::string_view group = text.substr(open, close + 1 - open);
    if (group.find('|') != std::string_view::npos) return group;
  }
  return {};
}

/// `__name__`; empty where there is none.
std::string_view wildcard(std::string_view text) {
  constexpr std::string_view kMark = "__";
  const auto belongs = [](char c) { return is_word_byte(c) || c == '-' || c == '/' || c == '*'; };
  for (std::size_t open = text.find(kMark); open != std::string_view::npos; open = text.find(kMark, open + 1)) {
    const std::size_t name = open + kMark.size();
    const std::size_t close = text.find(kMark, name);
    if (close == std::string_view::npos) return {};
    const std::string_view inside = text.substr(name, close - name);
    if (!inside.empty() && std::all_of(inside.begin(), inside.end(), belongs)) {
      return text.substr(open, close + kMark.size() - open);
    }
  }
  return {};
}

/// `prompt` with a line break for each comment, its own line break included; `begins` tells how many bytes before `#`
/// belong to it at a place, or nothing where no comment begins.
template <class Begins>
std::string stripped(std::string_view prompt, const Begins& begins) {
  std::string words;
  for (std::size_t at = 0; at < prompt.size();) {
    const std::optional<std::size_t> mark = begins(prompt, at);
    if (!mark) {
      words += prompt[at++];
      continue;
    }
    words += '\n';
    const std::size_t end = prompt.find('\n', at + *mark);
    at = end == std::string_view::npos ? prompt.size() : end + 1;
  }
  return words;
}

}  // namespace

std::string without_comments(std::string_view prompt) {
  const auto whole_line = [](std::string_view text, std::size_t at) -> std::optional<std::size_t> {
    if (at == 0 && text[0] == '#') return 0;
    if (text.substr(at).starts_with("\n#")) return 1;
    return std::nullopt;
  };
  const auto anywhere = [](std::string_view text, std::size_t at) -> std::optional<std::size_t> {
    return text[at] == '#' ? std::optional<std::size_t>(0) : std::nullopt;
  };
  return stripped(stripped(prompt, whole_line), anywhere);
}

std::vector<PlacedTag> placed_tags(std::string_view prompt) {
  std::vector<PlacedTag> found;
  for (std::size_t at = prompt.find('<'); at != std::string_view::npos; at = prompt.find('<', at)) {
    const std::size_t end = end_of_tag(prompt, at);
    if (end == std::string_view::npos) {
      ++at;
      continue;
    }
    const std::string_view inside = prompt.substr(at + 1, end - at - 2);
    const std::size_t colon = inside.find(':');
    found.push_back({{at, end}, {std::string(inside.substr(0, colon)), split(inside.substr(colon + 1), ':')}});
    at = end;
  }
  return found;
}

std::vector<PromptStretch> comments_in(std::string_view prompt) {
  std::vector<PromptStretch> found;
  for (std::size_t at = prompt.find('#'); at != std::string_view::npos; at = prompt.find('#', found.back().end)) {
    found.push_back({at, std::min(prompt.find('\n', at), prompt.size())});
  }
  return found;
}

TaggedPrompt take_tags(std::string_view prompt) {
  TaggedPrompt taken;
  std::size_t begin = 0;
  for (PlacedTag& placed : placed_tags(prompt)) {
    taken.words += prompt.substr(begin, placed.place.begin - begin);
    taken.tags.push_back(std::move(placed.tag));
    begin = placed.place.end;
  }
  taken.words += prompt.substr(begin);
  return taken;
}

std::string text_of(const PromptTag& tag) {
  return concat('<', tag.kind, ':', join(tag.arguments, ":"), '>');
}

std::vector<std::string> foreign_syntax(std::string_view prompt) {
  std::vector<std::string> found;
  if (find_word(prompt, "AND") != std::string_view::npos) found.emplace_back("AND");
  for (const std::string_view piece : {braces(prompt), wildcard(prompt)}) {
    if (!piece.empty()) found.emplace_back(piece);
  }
  return found;
}

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || byte == '_' || (byte >= '0' && byte <= '9') ||
         ((byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z');
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (std::size_t at = text.find(word, from); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word_byte(text[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == text.size() || !is_word_byte(text[end]))) return at;
  }
  return std::string_view::npos;
}

}  // namespace tstitch
