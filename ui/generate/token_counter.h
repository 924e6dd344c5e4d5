#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "core/prompt/bpe_tokenizer.h"
#include "core/request/generation_request.h"

namespace tstitch::ui {

/// How full a prompt's windows are, start and end marks included.
struct TokenFill {
  int tokens = 0;
  int of = 0;
  std::optional<qsizetype> cutFrom = {};  ///< where the text begins that the encoder does not see
  std::vector<qsizetype> windowsFrom;     ///< where each window behind the first begins
};

/// Counts tokens as the chosen pair's text encoders will, without an engine. Of several encoders the fullest one tells.
class TokenCounter {
 public:
  TokenCounter() = default;
  explicit TokenCounter(const std::vector<TokenizerTables>& tables);

  /// Nothing while no tokenizer is known, or for a text that cannot be read.
  [[nodiscard]] std::optional<TokenFill> fillOf(const QString& text, PromptSyntax syntax) const;

 private:
  std::vector<BpeTokenizer> tokenizers_;
};

}  // namespace tstitch::ui
