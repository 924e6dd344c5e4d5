#include "core/text/text_conditioner.h"

#include <algorithm>
#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros_like.h>

#include "core/base/check.h"

namespace tstitch {

namespace {

using Encoders = std::vector<std::shared_ptr<const TextEncoder>>;
using Chunks = std::vector<std::vector<PromptChunk>>;  ///< per encoder

Chunks chunks_of(const Encoders& encoders, const std::string& text, PromptSyntax syntax) {
  Chunks chunks;
  for (const auto& encoder : encoders) chunks.push_back(encoder->chunks_of(text, syntax));
  return chunks;
}

std::size_t longest(const Chunks& chunks) {
  std::size_t count = 0;
  for (const auto& own : chunks) count = std::max(count, own.size());
  return count;
}

void fill(Chunks& chunks, const Encoders& encoders, std::size_t count) {
  for (std::size_t i = 0; i < chunks.size(); ++i) chunks[i].resize(count, plain_chunk("", encoders[i]->tokenizer()));
}

}  // namespace

TextPrompts text_prompts(const GenerationRequest& request, bool guided) {
  return {request.prompt, request.negative_prompt, request.prompt_syntax, guided};
}

TextConditioner::TextConditioner(Encoders encoders, TextRecipe recipe)
    : encoders_(std::move(encoders)), recipe_(recipe) {
  TSTITCH_CHECK(!encoders_.empty());
}

Conditioning TextConditioner::encode(const TextPrompts& prompts, const std::stop_token& stop) const {
  const bool zeros = recipe_.zeros_for_missing_negative && !prompts.negative;
  Chunks positive = chunks_of(encoders_, prompts.prompt, prompts.syntax);
  Chunks negative;
  if (prompts.guided && !zeros) negative = chunks_of(encoders_, prompts.negative.value_or(""), prompts.syntax);
  const std::size_t count = std::max(longest(positive), longest(negative));
  fill(positive, encoders_, count);
  fill(negative, encoders_, count);

  Conditioning conditioning;
  const EncodedText wanted = joined(positive, stop);
  conditioning.positive = wanted.states;
  if (recipe_.pooled) conditioning.positive_pooled = wanted.pooled;
  if (!prompts.guided) return conditioning;
  const EncodedText unwanted =
      zeros ? EncodedText{at::zeros_like(wanted.states), at::zeros_like(wanted.pooled)} : joined(negative, stop);
  conditioning.negative = unwanted.states;
  if (recipe_.pooled) conditioning.negative_pooled = unwanted.pooled;
  return conditioning;
}

EncodedText TextConditioner::joined(const Chunks& chunks, const std::stop_token& stop) const {
  EncodedText result;
  std::vector<at::Tensor> states;
  for (std::size_t i = 0; i < encoders_.size(); ++i) {
    const EncodedText encoded = encoders_[i]->encode(chunks[i], recipe_.states, stop);
    states.push_back(encoded.states);
    result.pooled = encoded.pooled;
  }
  result.states = states.size() == 1 ? states.front() : at::cat(states, 2);
  return result;
}

}  // namespace tstitch
