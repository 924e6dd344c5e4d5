#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <ATen/core/Tensor.h>

#include "core/denoise/denoiser.h"
#include "core/formats/bpe_tokenizer.h"
#include "core/formats/prompt_grammar.h"
#include "core/networks/clip_text.h"

namespace tstitch {

/// What is encoded for a run. `negative` is left out where no segment has guidance above 1: nothing then asks for it.
struct TextPrompts {
  std::string prompt;
  std::optional<std::string> negative;
  PromptSyntax syntax = PromptSyntax::Plain;
};

/// The prompts of a request as SD 1 and SD 2 take them: none given means the empty text is encoded.
TextPrompts text_prompts(const GenerationRequest& request, bool guided);

/// From prompts to the states that condition SD 1 and SD 2: the last hidden state after the final norm. Weights are
/// applied as the AUTOMATIC1111 web UI does: each state times its token's weight, then the chunk's mean restored.
class TextEncoder {
 public:
  /// `device` is where the network's weights lie. Throws BadInput when the tokenizer's ids or length exceed the
  /// network's.
  TextEncoder(std::shared_ptr<const BpeTokenizer> tokenizer, std::shared_ptr<const ClipTextModel> network,
              const ClipTextConfig& config, at::Device device = at::kCPU);

  /// Both halves have equally many tokens, a multiple of `model_max_length`: the shorter is filled with empty chunks.
  /// Fp32. Throws Interrupted between layers.
  [[nodiscard]] Conditioning encode(const TextPrompts& prompts, const std::stop_token& stop = {}) const;

  [[nodiscard]] const BpeTokenizer& tokenizer() const { return *tokenizer_; }

 private:
  [[nodiscard]] std::vector<PromptChunk> chunks_of(std::string_view text, PromptSyntax syntax) const;
  /// [1, chunks * model_max_length, width]
  [[nodiscard]] at::Tensor states_of(const std::vector<PromptChunk>& chunks, const std::stop_token& stop) const;
  [[nodiscard]] at::Tensor states_of(const PromptChunk& chunk, const std::stop_token& stop) const;

  std::shared_ptr<const BpeTokenizer> tokenizer_;
  std::shared_ptr<const ClipTextModel> network_;
  at::Device device_;
};

}  // namespace tstitch
