#include "core/prompt/prompt_grammar.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/base/text.h"
#include "core/prompt/prompt_schedule.h"
#include "core/prompt/prompt_tags.h"

namespace tstitch {

namespace {

constexpr double kEmphasis = 1.1;
constexpr std::size_t kCommaReach = 20;
constexpr std::string_view kBreak = "BREAK";
constexpr std::string_view kBlank = " \t\r\n\f\v";

std::string_view without_blanks_before(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text;
}

std::string_view without_blanks_after(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

/// `:1.3)` at the start of a text.
struct WeightEnd {
  double weight;
  std::size_t length;
};

std::optional<WeightEnd> weight_end(std::string_view text) {
  std::string_view rest = without_blanks_before(text.substr(1));
  const std::size_t digits =
      rest.find_first_not_of("0123456789.", rest.starts_with('+') || rest.starts_with('-') ? 1 : 0);
  if (digits == std::string_view::npos) return std::nullopt;
  std::string_view number = rest.substr(0, digits);
  if (number.starts_with('+')) number.remove_prefix(1);
  rest = without_blanks_before(rest.substr(digits));
  double weight = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
  if (error != std::errc() || end != number.data() + number.size() || !rest.starts_with(')')) return std::nullopt;
  return WeightEnd{weight, text.size() - rest.size() + 1};
}

class WeightParser {
 public:
  void read(std::string_view prompt) {
    for (std::size_t taken = 0; !prompt.empty(); prompt.remove_prefix(taken), at_ += taken) taken = take_one(prompt);
    for (const Open& open : round_) close(open, kEmphasis, at_, at_);
    for (const Open& open : square_) close(open, 1 / kEmphasis, at_, at_);
  }

  std::vector<PromptPart> take_parts() { return merged(); }
  PromptBrackets take_brackets() { return std::move(brackets_); }

 private:
  /// A bracket that is not closed yet.
  struct Open {
    std::size_t part;     ///< the first one inside
    std::size_t bracket;  ///< its index
  };

  /// Interprets what the text begins with and returns how many bytes that were.
  std::size_t take_one(std::string_view text) {
    switch (text.front()) {
      case '\\':
        return take_escape(text);
      case '(':
        open(round_, true);
        return 1;
      case '[':
        open(square_, false);
        return 1;
      case ':':
        return take_colon(text);
      case ')':
        return take_closing(text, round_, kEmphasis);
      case ']':
        return take_closing(text, square_, 1 / kEmphasis);
      default:
        return take_text(text);
    }
  }

  std::size_t take_escape(std::string_view text) {
    const bool escapes = text.size() > 1 && std::string_view("()[]\\").find(text[1]) != std::string_view::npos;
    parts_.push_back({escapes ? std::string(1, text[1]) : std::string()});
    return escapes ? 2 : 1;
  }

  std::size_t take_colon(std::string_view text) {
    const auto end = round_.empty() ? std::nullopt : weight_end(text);
    if (!end) {
      parts_.push_back({":"});
      return 1;
    }
    brackets_.all[round_.back().bracket].number = end->weight;
    close_last(round_, end->weight, end->length);
    return end->length;
  }

  std::size_t take_closing(std::string_view text, std::vector<Open>& opened, double factor) {
    if (opened.empty()) {
      parts_.push_back({std::string(1, text.front())});
      brackets_.strays.push_back(at_);
    } else {
      close_last(opened, factor, 1);
    }
    return 1;
  }

  void open(std::vector<Open>& opened, bool is_round) {
    opened.push_back({parts_.size(), brackets_.all.size()});
    brackets_.all.push_back({at_, at_, at_, is_round, false, {}});
  }

  void close_last(std::vector<Open>& opened, double factor, std::size_t length) {
    brackets_.all[opened.back().bracket].is_closed = true;
    close(opened.back(), factor, at_, at_ + length);
    opened.pop_back();
  }

  void close(const Open& open, double factor, std::size_t inside_end, std::size_t end) {
    multiply(open.part, factor);
    brackets_.all[open.bracket].inside_end = inside_end;
    brackets_.all[open.bracket].end = end;
  }

  std::size_t take_text(std::string_view text) {
    text = text.substr(0, text.find_first_of("\\()[]:"));
    std::string_view rest = text;
    bool after_break = false;
    for (std::size_t at = find_word(rest, kBreak); at != std::string_view::npos; at = find_word(rest, kBreak)) {
      parts_.push_back({std::string(without_blanks_after(rest.substr(0, at))), 1, after_break});
      rest = without_blanks_before(rest.substr(at + kBreak.size()));
      after_break = true;
    }
    parts_.push_back({std::string(rest), 1, after_break});
    return text.size();
  }

  void multiply(std::size_t from, double factor) {
    for (std::size_t i = from; i < parts_.size(); ++i) parts_[i].weight *= factor;
  }

  std::vector<PromptPart> merged() {
    std::vector<PromptPart> result;
    for (PromptPart& part : parts_) {
      if (!result.empty() && !part.after_break && result.back().weight == part.weight) {
        result.back().text += part.text;
      } else {
        result.push_back(std::move(part));
      }
    }
    if (result.empty()) result.emplace_back();
    return result;
  }

  std::size_t at_ = 0;  ///< of what is read next, in the prompt
  std::vector<PromptPart> parts_;
  std::vector<Open> round_, square_;
  PromptBrackets brackets_;
};

class ChunkBuilder {
 public:
  explicit ChunkBuilder(const BpeTokenizer& tokenizer)
      : tokenizer_(tokenizer), comma_(tokenizer.id_of(",</w>")), capacity_(tokenizer.max_length() - 2) {}

  void add(std::int64_t id, float weight) {
    make_room(id);
    ids_.push_back(id);
    weights_.push_back(weight);
  }

  /// The vectors of a word in place of its tokens, of which `first` is the first.
  void add_word(std::int64_t first, std::size_t word, std::size_t vectors, float weight) {
    make_room(first);
    const std::size_t count = std::min(vectors, capacity_);
    if (ids_.size() + count > capacity_) finish();
    for (std::size_t i = 0; i < count; ++i) vectors_.push_back({ids_.size() + 1 + i, word, i});
    ids_.resize(ids_.size() + count, 0);
    weights_.resize(weights_.size() + count, weight);
  }

  /// Makes room for a token, or for the word that begins with it.
  void make_room(std::int64_t id) {
    if (id == comma_) {
      last_comma_ = ids_.size();
    } else if (ids_.size() == capacity_ && last_comma_ && ids_.size() - *last_comma_ <= kCommaReach) {
      finish_after_comma();
    }
    if (ids_.size() == capacity_) finish();
  }

  void finish() {
    PromptChunk chunk;
    const auto length = static_cast<std::size_t>(tokenizer_.max_length());
    chunk.ids.push_back(tokenizer_.bos());
    chunk.ids.insert(chunk.ids.end(), ids_.begin(), ids_.end());
    chunk.ids.push_back(tokenizer_.eos());
    chunk.ids.resize(length, tokenizer_.pad());
    chunk.weights.push_back(1);
    chunk.weights.insert(chunk.weights.end(), weights_.begin(), weights_.end());
    chunk.weights.resize(length, 1);
    chunk.vectors = std::move(vectors_);
    chunks_.push_back(std::move(chunk));
    ids_.clear();
    weights_.clear();
    vectors_.clear();
    last_comma_.reset();
  }

  std::vector<PromptChunk> take() {
    if (!ids_.empty() || chunks_.empty()) finish();
    return std::move(chunks_);
  }

 private:
  void finish_after_comma() {
    const auto from = static_cast<std::ptrdiff_t>(*last_comma_ + 1);
    const std::vector<std::int64_t> ids(ids_.begin() + from, ids_.end());
    const std::vector<float> weights(weights_.begin() + from, weights_.end());
    // Positions count the start token, too.
    const auto moved = std::partition_point(vectors_.begin(), vectors_.end(), [&](const PromptVector& vector) {
      return vector.position <= *last_comma_ + 1;
    });
    std::vector<PromptVector> vectors(moved, vectors_.end());
    vectors_.erase(moved, vectors_.end());
    for (PromptVector& vector : vectors) vector.position -= *last_comma_ + 1;
    ids_.resize(from);
    weights_.resize(from);
    finish();
    ids_ = ids;
    weights_ = weights;
    vectors_ = std::move(vectors);
  }

  const BpeTokenizer& tokenizer_;
  std::int64_t comma_;
  std::size_t capacity_;
  std::vector<std::int64_t> ids_;
  std::vector<float> weights_;
  std::vector<PromptVector> vectors_;
  std::optional<std::size_t> last_comma_;
  std::vector<PromptChunk> chunks_;
};

/// Finds words by the tokens of their names.
class WordFinder {
 public:
  WordFinder(const std::vector<PromptWord>& words, const BpeTokenizer& tokenizer) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      std::vector<std::int64_t> ids = tokenizer.encode(words[i].text);
      if (!ids.empty()) names_.push_back({std::move(ids), i});
    }
    std::stable_sort(names_.begin(), names_.end(),
                     [](const Name& a, const Name& b) { return a.ids.size() > b.ids.size(); });
  }

  struct Name {
    std::vector<std::int64_t> ids;
    std::size_t word;
  };
  [[nodiscard]] const Name* at(const std::vector<std::int64_t>& ids, std::size_t place) const {
    const auto stands = [&](const Name& name) {
      return name.ids.size() <= ids.size() - place &&
             std::equal(name.ids.begin(), name.ids.end(), ids.begin() + static_cast<std::ptrdiff_t>(place));
    };
    const auto found = std::find_if(names_.begin(), names_.end(), stands);
    return found == names_.end() ? nullptr : &*found;
  }

 private:
  std::vector<Name> names_;
};

/// What diffusers calls the vector of a word.
std::string token_of(const std::string& word, std::size_t vector) {
  return vector == 0 ? word : concat(word, '_', vector);
}

/// The prompt with every word of several vectors spelled out, where its tokenizer finds the word.
std::string spelled_out(std::string_view prompt, const BpeTokenizer& tokenizer, const std::vector<PromptWord>& words,
                        const std::vector<std::string>& tokens) {
  const std::vector<std::int64_t> ids = tokenizer.encode(prompt, tokens);
  std::string text(prompt);
  std::size_t first = 0;  // of the word among the tokens
  for (const PromptWord& word : words) {
    const auto id = static_cast<std::int64_t>(tokenizer.vocabulary_size() + first);
    first += word.vectors;
    if (word.vectors < 2 || std::find(ids.begin(), ids.end(), id) == ids.end()) continue;
    std::string all = word.text;
    for (std::size_t i = 1; i < word.vectors; ++i) all += concat(' ', token_of(word.text, i));
    for (std::size_t at = text.find(word.text); at != std::string::npos; at = text.find(word.text, at + all.size())) {
      text.replace(at, word.text.size(), all);
    }
  }
  return text;
}

PromptChunk plain_chunk_with(std::string_view prompt, const BpeTokenizer& tokenizer,
                             const std::vector<PromptWord>& words) {
  std::vector<std::string> tokens;
  std::vector<PromptVector> meanings;
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t vector = 0; vector < words[i].vectors; ++vector) {
      tokens.push_back(token_of(words[i].text, vector));
      meanings.push_back({0, i, vector});
    }
  }
  PromptChunk chunk{tokenizer.padded(tokenizer.encode(spelled_out(prompt, tokenizer, words, tokens), tokens)), {}, {}};
  for (std::size_t i = 0; i < chunk.ids.size(); ++i) {
    if (chunk.ids[i] < tokenizer.vocabulary_size()) continue;
    chunk.vectors.push_back(meanings[static_cast<std::size_t>(chunk.ids[i] - tokenizer.vocabulary_size())]);
    chunk.vectors.back().position = i;
  }
  return chunk;
}

}  // namespace

bool PromptChunk::is_unweighted() const {
  return std::all_of(weights.begin(), weights.end(), [](float weight) { return weight == 1; });
}

std::vector<PromptPart> parse_weighted_prompt(std::string_view prompt) {
  WeightParser parser;
  parser.read(prompt);
  return parser.take_parts();
}

PromptBrackets weighted_brackets(std::string_view prompt) {
  WeightParser parser;
  parser.read(prompt);
  return parser.take_brackets();
}

std::vector<PromptChunk> weighted_chunks(std::string_view prompt, const BpeTokenizer& tokenizer,
                                         const std::vector<PromptWord>& words) {
  const WordFinder finder(words, tokenizer);
  ChunkBuilder builder(tokenizer);
  for (const PromptPart& part : parse_weighted_prompt(prompt)) {
    if (part.after_break) builder.finish();
    const std::vector<std::int64_t> ids = tokenizer.encode(part.text);
    const auto weight = static_cast<float>(part.weight);
    for (std::size_t i = 0; i < ids.size();) {
      if (const WordFinder::Name* name = finder.at(ids, i)) {
        builder.add_word(ids[i], name->word, words[name->word].vectors, weight);
        i += name->ids.size();
      } else {
        builder.add(ids[i++], weight);
      }
    }
  }
  return builder.take();
}

PromptChunk plain_chunk(std::string_view prompt, const BpeTokenizer& tokenizer, const std::vector<PromptWord>& words) {
  PromptChunk chunk =
      words.empty() ? PromptChunk{tokenizer.encode_padded(prompt), {}, {}} : plain_chunk_with(prompt, tokenizer, words);
  chunk.weights.assign(chunk.ids.size(), 1);
  return chunk;
}

TokenCount count_tokens(std::string_view prompt, PromptSyntax syntax, const BpeTokenizer& tokenizer) {
  const int chunk = tokenizer.max_length() - 2;
  if (syntax == PromptSyntax::Plain) return {static_cast<int>(tokenizer.encode(prompt).size()), chunk};
  constexpr int kSteps = 12;  // enough to meet what a text changes into, few enough for every key stroke
  TokenCount longest{0, chunk};
  for (const ScheduledText& text : scheduled_texts(take_tags(without_comments(prompt)).words, kSteps)) {
    int tokens = 0;
    for (const PromptPart& part : parse_weighted_prompt(text.text)) {
      tokens += static_cast<int>(tokenizer.encode(part.text).size());
    }
    if (tokens < longest.tokens) continue;
    longest = {tokens, chunk * static_cast<int>(weighted_chunks(text.text, tokenizer).size())};
  }
  return longest;
}

}  // namespace tstitch
