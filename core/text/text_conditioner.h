#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/denoise/denoiser.h"
#include "core/text/text_encoder.h"

namespace tstitch {

/// What is encoded for a run.
struct TextPrompts {
  std::string prompt;
  std::optional<std::string> negative;  ///< none given is not the same as empty (core/text/README.md)
  PromptSyntax syntax = PromptSyntax::Plain;
  bool guided = true;  ///< false where no segment has guidance above 1: nothing then asks for the negative half
  HiddenLayer hidden_layer = std::nullopt;  ///< of the prompt; the negative one has the model's own, as in diffusers
  friend bool operator==(const TextPrompts&, const TextPrompts&) = default;
};

TextPrompts text_prompts(const GenerationRequest& request, bool guided);

/// The words with vectors of their own, for each encoder; empty where there are none.
using TextWords = std::vector<std::vector<TextWord>>;

/// How a family makes its conditioning from the states of its encoders.
struct TextRecipe {
  TextStates states = TextStates::Last;
  bool pooled = false;                      ///< the last encoder's pooled vector conditions the network, too
  bool zeros_for_missing_negative = false;  ///< no negative prompt: zeros instead of the empty text
  friend bool operator==(const TextRecipe&, const TextRecipe&) = default;
};

/// From prompts to what conditions a network: one encoder (SD 1, SD 2, SDXL's refiner) or several, whose states lie
/// side by side (SDXL).
class TextConditioner {
 public:
  /// `encoders`: at least one, in the order of their states.
  TextConditioner(std::vector<std::shared_ptr<const TextEncoder>> encoders, TextRecipe recipe);

  /// Both halves have equally many tokens for every encoder: the shorter ones are filled with empty chunks. Fp32.
  /// Throws Interrupted between layers.
  [[nodiscard]] Conditioning encode(const TextPrompts& prompts, const std::stop_token& stop = {},
                                    const TextWords& words = {}) const;
  /// The same for texts that take turns in one run: all have equally many tokens, and equal ones are encoded once.
  [[nodiscard]] std::vector<Conditioning> encode_all(const std::vector<TextPrompts>& prompts,
                                                     const std::stop_token& stop = {},
                                                     const TextWords& words = {}) const;

  [[nodiscard]] const std::vector<std::shared_ptr<const TextEncoder>>& encoders() const { return encoders_; }

 private:
  class Batch;

  [[nodiscard]] EncodedText joined(const std::vector<std::vector<PromptChunk>>& chunks, HiddenLayer layer,
                                   const TextWords& words, const std::stop_token& stop) const;

  std::vector<std::shared_ptr<const TextEncoder>> encoders_;
  TextRecipe recipe_;
};

}  // namespace tstitch
