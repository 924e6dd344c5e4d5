#include "core/text/text_encoder.h"

#include <algorithm>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

TextPrompts text_prompts(const GenerationRequest& request, bool guided) {
  TextPrompts prompts{request.prompt, std::nullopt, request.prompt_syntax};
  if (guided) prompts.negative = request.negative_prompt.value_or("");
  return prompts;
}

TextEncoder::TextEncoder(std::shared_ptr<const BpeTokenizer> tokenizer, std::shared_ptr<const ClipTextModel> network,
                         const ClipTextConfig& config, at::Device device)
    : tokenizer_(std::move(tokenizer)), network_(std::move(network)), device_(device) {
  if (tokenizer_->vocabulary_size() > config.vocab_size) {
    throw BadInput(concat("expected a tokenizer with at most the text encoder's ", config.vocab_size,
                          " tokens, found one with ", tokenizer_->vocabulary_size(), "."),
                   "tokenizer");
  }
  if (tokenizer_->max_length() > config.max_positions) {
    throw BadInput(concat("expected model_max_length of at most the text encoder's ", config.max_positions,
                          " positions, found ", tokenizer_->max_length(), "."),
                   "tokenizer");
  }
}

Conditioning TextEncoder::encode(const TextPrompts& prompts, const std::stop_token& stop) const {
  std::vector<PromptChunk> positive = chunks_of(prompts.prompt, prompts.syntax);
  Conditioning conditioning;
  if (prompts.negative) {
    std::vector<PromptChunk> negative = chunks_of(*prompts.negative, prompts.syntax);
    const std::size_t chunks = std::max(positive.size(), negative.size());
    positive.resize(chunks, plain_chunk("", *tokenizer_));
    negative.resize(chunks, plain_chunk("", *tokenizer_));
    conditioning.negative = states_of(negative, stop);
  }
  conditioning.positive = states_of(positive, stop);
  return conditioning;
}

std::vector<PromptChunk> TextEncoder::chunks_of(std::string_view text, PromptSyntax syntax) const {
  if (syntax == PromptSyntax::Weighted) return weighted_chunks(text, *tokenizer_);
  return {plain_chunk(text, *tokenizer_)};
}

at::Tensor TextEncoder::states_of(const std::vector<PromptChunk>& chunks, const std::stop_token& stop) const {
  std::vector<at::Tensor> states;
  states.reserve(chunks.size());
  for (const PromptChunk& chunk : chunks) states.push_back(states_of(chunk, stop));
  return states.size() == 1 ? states.front() : at::cat(states, 1);
}

at::Tensor TextEncoder::states_of(const PromptChunk& chunk, const std::stop_token& stop) const {
  const at::Tensor ids = at::tensor(chunk.ids, at::kLong).unsqueeze(0).to(device_);  // [1, T]
  const at::Tensor states = (*network_)(ids, stop).last_hidden_state;                // [1, T, width]
  if (chunk.is_unweighted()) return states;
  const at::Tensor weights = at::tensor(chunk.weights, at::kFloat).view({1, -1, 1}).to(device_);
  const at::Tensor weighted = states * weights;
  return weighted * (states.mean() / weighted.mean());
}

}  // namespace tstitch
