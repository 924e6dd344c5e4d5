#include "ui/generate/token_counter.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/prompt/prompt_grammar.h"
#include "core/prompt/prompt_schedule.h"
#include "core/prompt/prompt_tags.h"

namespace tstitch::ui {
namespace {

constexpr int kMarks = 2;  // the start and the end of each window

constexpr std::size_t kMostWindows = 8;  // that are looked for at every key stroke
constexpr int kSteps = 12;               // enough to meet what a text changes into

/// The longest beginning of the text for which `fits` holds.
template <class Fits>
qsizetype longestBeginning(const QString& text, const Fits& fits) {
  qsizetype fitting = 0;
  qsizetype tooLong = text.size();
  while (tooLong - fitting > 1) {
    const qsizetype middle = (fitting + tooLong) / 2;
    (fits(text.left(middle).toStdString()) ? fitting : tooLong) = middle;
  }
  return fitting;
}

qsizetype cutOf(const QString& text, const BpeTokenizer& tokenizer) {
  const auto room = static_cast<std::size_t>(tokenizer.max_length() - kMarks);
  return longestBeginning(text, [&](const std::string& part) { return tokenizer.encode(part).size() <= room; });
}

/// Words that change along a run have no windows of their own.
std::vector<PromptChunk> chunksOf(const std::string& text, const BpeTokenizer& tokenizer) {
  const auto texts = scheduled_texts(take_tags(without_comments(text)).words, kSteps);
  return texts.size() == 1 ? weighted_chunks(texts.front().text, tokenizer) : std::vector<PromptChunk>();
}

std::vector<qsizetype> windowsOf(const QString& text, const BpeTokenizer& tokenizer) {
  const std::vector<PromptChunk> chunks = chunksOf(text.toStdString(), tokenizer);
  std::vector<qsizetype> beginnings;
  std::ptrdiff_t tokens = 0;
  for (std::size_t i = 0; i + 1 < std::min(chunks.size(), kMostWindows); ++i) {
    const std::vector<std::int64_t>& ids = chunks[i].ids;
    tokens += std::find(ids.begin() + 1, ids.end(), tokenizer.eos()) - ids.begin() - 1;
    beginnings.push_back(longestBeginning(text, [&](const std::string& part) {
      return count_tokens(part, PromptSyntax::Weighted, tokenizer).tokens <= tokens;
    }));
  }
  return beginnings;
}

TokenFill fillOf(const QString& text, PromptSyntax syntax, const BpeTokenizer& tokenizer) {
  const TokenCount count = count_tokens(text.toStdString(), syntax, tokenizer);
  const int window = tokenizer.max_length();
  const int windows = window > kMarks ? count.capacity / (window - kMarks) : 1;
  TokenFill fill{count.tokens + kMarks * windows, window * windows, {}, {}};
  if (syntax == PromptSyntax::Plain && fill.tokens > fill.of) fill.cutFrom = cutOf(text, tokenizer);
  if (syntax == PromptSyntax::Weighted && windows > 1) fill.windowsFrom = windowsOf(text, tokenizer);
  return fill;
}

}  // namespace

TokenCounter::TokenCounter(const std::vector<TokenizerTables>& tables) {
  for (const TokenizerTables& each : tables) tokenizers_.emplace_back(each);
}

std::optional<TokenFill> TokenCounter::fillOf(const QString& text, PromptSyntax syntax) const {
  std::optional<TokenFill> fullest;
  try {
    for (const BpeTokenizer& tokenizer : tokenizers_) {
      const TokenFill fill = ui::fillOf(text, syntax, tokenizer);
      if (!fullest || fill.tokens > fullest->tokens) fullest = fill;
    }
  } catch (const Error&) {
    return std::nullopt;
  }
  return fullest;
}

}  // namespace tstitch::ui
