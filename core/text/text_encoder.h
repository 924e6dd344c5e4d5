#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/networks/clip_text.h"
#include "core/prompt/bpe_tokenizer.h"
#include "core/prompt/prompt_grammar.h"

namespace tstitch {

/// Which of a text encoder's states a denoising network was trained on.
enum class TextStates {
  Last,         ///< after the final norm: SD 1 and SD 2
  Penultimate,  ///< before the last layer, without the norm: SDXL (hidden_states[-2])
};

/// One text as one encoder sees it. Fp32.
struct EncodedText {
  at::Tensor states;  ///< [1, chunks * model_max_length, width]
  at::Tensor pooled;  ///< [1, projection] of the first chunk, as the AUTOMATIC1111 web UI takes it
};

/// Throws BadInput naming `file` when the tokenizer's ids or length exceed the network's.
void require_fitting_tokenizer(const BpeTokenizer& tokenizer, const ClipTextConfig& config,
                               const std::string& file = "tokenizer");
/// Which of the states a text is made of, where a run chooses: counted from the end as ClipTextModel::Hidden counts.
using HiddenLayer = std::optional<int>;

/// A word with the vectors that one encoder has for it (textual inversion), [n, width] fp32.
struct TextWord {
  std::string text;
  at::Tensor vectors;
};

/// One tokenizer with its network. Weights are applied as the AUTOMATIC1111 web UI does: each state times its token's
/// weight, then the chunk's mean restored; the pooled vector is left alone.
class TextEncoder {
 public:
  /// `device` is where the network's weights lie. Throws BadInput when the tokenizer's ids or length exceed the
  /// network's.
  TextEncoder(std::shared_ptr<const BpeTokenizer> tokenizer, std::shared_ptr<const ClipTextModel> network,
              const ClipTextConfig& config, at::Device device = at::kCPU);

  /// A text in chunks of `model_max_length` ids, at least one.
  [[nodiscard]] std::vector<PromptChunk> chunks_of(std::string_view text, PromptSyntax syntax,
                                                   const std::vector<TextWord>& words = {}) const;
  /// `words`: those that the chunks were made with. The norm goes with the states, whichever layer is chosen. Throws
  /// Interrupted between layers.
  [[nodiscard]] EncodedText encode(const std::vector<PromptChunk>& chunks, TextStates states,
                                   const std::stop_token& stop = {}, HiddenLayer layer = std::nullopt,
                                   const std::vector<TextWord>& words = {}) const;

  [[nodiscard]] const BpeTokenizer& tokenizer() const { return *tokenizer_; }
  [[nodiscard]] std::int64_t width() const { return network_->width(); }

 private:
  std::shared_ptr<const BpeTokenizer> tokenizer_;
  std::shared_ptr<const ClipTextModel> network_;
  at::Device device_;
};

}  // namespace tstitch
