#include "core/formats/prompt_grammar.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/base/text.h"

namespace tstitch {

namespace {

constexpr double kEmphasis = 1.1;
constexpr std::size_t kCommaReach = 20;
constexpr std::string_view kBreak = "BREAK";
constexpr std::string_view kBlank = " \t\r\n\f\v";

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || byte == '_' || (byte >= '0' && byte <= '9') ||
         ((byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z');
}

/// Where the next BREAK stands as a word of its own, or npos.
std::size_t find_break(std::string_view text) {
  for (std::size_t at = text.find(kBreak); at != std::string_view::npos; at = text.find(kBreak, at + 1)) {
    const bool begins = at == 0 || !is_word_byte(text[at - 1]);
    const std::size_t end = at + kBreak.size();
    if (begins && (end == text.size() || !is_word_byte(text[end]))) return at;
  }
  return std::string_view::npos;
}

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
  std::vector<PromptPart> parse(std::string_view prompt) {
    while (!prompt.empty()) prompt.remove_prefix(take_one(prompt));
    for (const std::size_t from : round_) multiply(from, kEmphasis);
    for (const std::size_t from : square_) multiply(from, 1 / kEmphasis);
    return merged();
  }

 private:
  /// Interprets what the text begins with and returns how many bytes that were.
  std::size_t take_one(std::string_view text) {
    switch (text.front()) {
      case '\\':
        return take_escape(text);
      case '(':
        round_.push_back(parts_.size());
        return 1;
      case '[':
        square_.push_back(parts_.size());
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
    parts_.push_back({std::string(1, escapes ? text[1] : '\\')});
    return escapes ? 2 : 1;
  }

  std::size_t take_colon(std::string_view text) {
    const auto end = round_.empty() ? std::nullopt : weight_end(text);
    if (!end) {
      parts_.push_back({":"});
      return 1;
    }
    multiply(round_.back(), end->weight);
    round_.pop_back();
    return end->length;
  }

  std::size_t take_closing(std::string_view text, std::vector<std::size_t>& open, double factor) {
    if (open.empty()) {
      parts_.push_back({std::string(1, text.front())});
    } else {
      multiply(open.back(), factor);
      open.pop_back();
    }
    return 1;
  }

  std::size_t take_text(std::string_view text) {
    text = text.substr(0, text.find_first_of("\\()[]:"));
    std::string_view rest = text;
    bool after_break = false;
    for (std::size_t at = find_break(rest); at != std::string_view::npos; at = find_break(rest)) {
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

  std::vector<PromptPart> parts_;
  std::vector<std::size_t> round_, square_;  ///< for each open bracket, the first part inside
};

class ChunkBuilder {
 public:
  explicit ChunkBuilder(const BpeTokenizer& tokenizer)
      : tokenizer_(tokenizer), comma_(tokenizer.id_of(",</w>")), capacity_(tokenizer.max_length() - 2) {}

  void add(std::int64_t id, float weight) {
    if (id == comma_) {
      last_comma_ = ids_.size();
    } else if (ids_.size() == capacity_ && last_comma_ && ids_.size() - *last_comma_ <= kCommaReach) {
      finish_after_comma();
    }
    if (ids_.size() == capacity_) finish();
    ids_.push_back(id);
    weights_.push_back(weight);
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
    chunks_.push_back(std::move(chunk));
    ids_.clear();
    weights_.clear();
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
    ids_.resize(from);
    weights_.resize(from);
    finish();
    ids_ = ids;
    weights_ = weights;
  }

  const BpeTokenizer& tokenizer_;
  std::int64_t comma_;
  std::size_t capacity_;
  std::vector<std::int64_t> ids_;
  std::vector<float> weights_;
  std::optional<std::size_t> last_comma_;
  std::vector<PromptChunk> chunks_;
};

}  // namespace

bool PromptChunk::is_unweighted() const {
  return std::all_of(weights.begin(), weights.end(), [](float weight) { return weight == 1; });
}

std::vector<PromptPart> parse_weighted_prompt(std::string_view prompt) {
  return WeightParser().parse(prompt);
}

std::vector<PromptChunk> weighted_chunks(std::string_view prompt, const BpeTokenizer& tokenizer) {
  ChunkBuilder builder(tokenizer);
  for (const PromptPart& part : parse_weighted_prompt(prompt)) {
    if (part.after_break) builder.finish();
    for (const std::int64_t id : tokenizer.encode(part.text)) builder.add(id, static_cast<float>(part.weight));
  }
  return builder.take();
}

PromptChunk plain_chunk(std::string_view prompt, const BpeTokenizer& tokenizer) {
  PromptChunk chunk{tokenizer.encode_padded(prompt), {}};
  chunk.weights.assign(chunk.ids.size(), 1);
  return chunk;
}

TokenCount count_tokens(std::string_view prompt, PromptSyntax syntax, const BpeTokenizer& tokenizer) {
  const int chunk = tokenizer.max_length() - 2;
  if (syntax == PromptSyntax::Plain) return {static_cast<int>(tokenizer.encode(prompt).size()), chunk};
  TokenCount count;
  for (const PromptPart& part : parse_weighted_prompt(prompt)) {
    count.tokens += static_cast<int>(tokenizer.encode(part.text).size());
  }
  count.capacity = chunk * static_cast<int>(weighted_chunks(prompt, tokenizer).size());
  return count;
}

}  // namespace tstitch
