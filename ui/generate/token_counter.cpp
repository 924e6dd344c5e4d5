#include "ui/generate/token_counter.h"

#include "core/base/error.h"
#include "core/prompt/prompt_grammar.h"

namespace tstitch::ui {
namespace {

constexpr int kMarks = 2;  // the start and the end of each window

/// The longest beginning of the text that fits.
qsizetype cutOf(const QString& text, const BpeTokenizer& tokenizer) {
  const auto room = static_cast<std::size_t>(tokenizer.max_length() - kMarks);
  qsizetype fits = 0;
  qsizetype tooLong = text.size();
  while (tooLong - fits > 1) {
    const qsizetype middle = (fits + tooLong) / 2;
    (tokenizer.encode(text.left(middle).toStdString()).size() <= room ? fits : tooLong) = middle;
  }
  return fits;
}

TokenFill fillOf(const QString& text, PromptSyntax syntax, const BpeTokenizer& tokenizer) {
  const TokenCount count = count_tokens(text.toStdString(), syntax, tokenizer);
  const int window = tokenizer.max_length();
  const int windows = window > kMarks ? count.capacity / (window - kMarks) : 1;
  TokenFill fill{count.tokens + kMarks * windows, window * windows, {}};
  if (syntax == PromptSyntax::Plain && fill.tokens > fill.of) fill.cutFrom = cutOf(text, tokenizer);
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
