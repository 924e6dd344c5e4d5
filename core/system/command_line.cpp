#include "core/system/command_line.h"

#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

constexpr std::string_view kBlanks = " \t\n\r";
/// What a backslash takes the meaning from inside of double quotes; before anything else it stands for itself.
constexpr std::string_view kEscapedInQuotes = "\"\\$`\n";

class Splitter {
 public:
  Splitter(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  std::vector<std::string> words() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (kBlanks.find(c) != std::string_view::npos) {
        end_word();
      } else if (c == '\'') {
        take_single_quoted();
      } else if (c == '"') {
        take_double_quoted();
      } else if (c == '\\') {
        take_escaped();
      } else {
        word() += c;
      }
    }
    end_word();
    return std::move(words_);
  }

 private:
  std::string& word() {
    if (!word_) word_.emplace();
    return *word_;
  }

  void end_word() {
    if (word_) words_.push_back(*std::exchange(word_, std::nullopt));
  }

  void take_single_quoted() {
    const std::size_t end = text_.find('\'', at_);
    if (end == std::string_view::npos) refuse("the quote ' is not closed");
    word() += text_.substr(at_, end - at_);
    at_ = end + 1;
  }

  void take_double_quoted() {
    word();
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           kEscapedInQuotes.find(text_[at_ + 1]) != std::string_view::npos;
      if (escaped) ++at_;
      if (!escaped || text_[at_] != '\n') word() += text_[at_];
    }
    if (at_ == text_.size()) refuse("the quote \" is not closed");
    ++at_;
  }

  void take_escaped() {
    if (at_ == text_.size()) refuse("nothing follows the backslash at its end");
    if (text_[at_] != '\n') word() += text_[at_];
    ++at_;
  }

  [[noreturn]] void refuse(std::string_view what) const {
    throw UsageError(concat(what, " in ", text_, "."), where_, "Words are split as a shell does it.");
  }

  std::string_view text_;
  const std::string& where_;
  std::size_t at_ = 0;
  std::optional<std::string> word_;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> split_command_line(std::string_view text, const std::string& where) {
  std::vector<std::string> words = Splitter(text, where).words();
  if (words.empty() || words.front().empty()) {
    throw UsageError("a command line is expected, found none.", where, "Such as \"ssh box tstitch worker\".");
  }
  return words;
}

std::string join_command_line(const std::vector<std::string>& words) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,";
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
      text += word;
      continue;
    }
    text += '\'';
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    text += '\'';
  }
  return text;
}

}  // namespace tstitch
