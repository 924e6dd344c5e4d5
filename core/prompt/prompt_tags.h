#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// What a weighted prompt asks for besides its words: `<lora:foxStyle:0.8>`.
struct PromptTag {
  std::string kind;                    ///< `lora`, `lyco`, `hypernet`, ...
  std::vector<std::string> arguments;  ///< what colons separate: `foxStyle`, `0.8`; at least one
  friend bool operator==(const PromptTag&, const PromptTag&) = default;
};

struct TaggedPrompt {
  std::string words;  ///< without the tags; what stood around them stays as it was
  std::vector<PromptTag> tags;
};

/// [begin, end) of a prompt, in bytes.
struct PromptStretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const PromptStretch&, const PromptStretch&) = default;
};

/// A tag and where it stands, with its angle brackets.
struct PlacedTag {
  PromptStretch place;
  PromptTag tag;
};

/// The tags that take_tags() takes.
std::vector<PlacedTag> placed_tags(std::string_view prompt);

/// What without_comments() takes out: each from its `#` to the end of its line.
std::vector<PromptStretch> comments_in(std::string_view prompt);

/// Without its comments, as the AUTOMATIC1111 web UI takes them out: `#` and what follows it
/// on its line; a line break stays.
std::string without_comments(std::string_view prompt);

/// Tags as the AUTOMATIC1111 web UI knows them: `<`, letters, digits and underscores, `:`, anything up to the next `>`.
TaggedPrompt take_tags(std::string_view prompt);

/// As it is written in a prompt.
std::string text_of(const PromptTag& tag);

/// What stands in a weighted prompt and means something to other programs, but is words here: `AND`, `{a|b}`,
/// `__name__`; each as it stands there, at most once.
std::vector<std::string> foreign_syntax(std::string_view prompt);

/// A letter, a digit or an underscore; of texts beyond ASCII every byte.
bool is_word_byte(char c);

/// Where `word` stands in `text` from `from` on with no letter, digit or underscore on either side, or npos.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);

}  // namespace tstitch
