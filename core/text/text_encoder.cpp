#include "core/text/text_encoder.h"

#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

/// `states` [1, T, width]
at::Tensor weighted(const at::Tensor& states, const PromptChunk& chunk) {
  if (chunk.is_unweighted()) return states;
  const at::Tensor weights = at::tensor(chunk.weights, at::kFloat).view({1, -1, 1}).to(states.device());
  const at::Tensor scaled = states * weights;
  return scaled * (states.mean() / scaled.mean());
}

std::vector<ClipTextModel::Placed> placed(const PromptChunk& chunk, const std::vector<TextWord>& words) {
  std::vector<ClipTextModel::Placed> vectors;
  vectors.reserve(chunk.vectors.size());
  for (const PromptVector& each : chunk.vectors) {
    vectors.push_back({static_cast<std::int64_t>(each.position),
                       words.at(each.word).vectors[static_cast<std::int64_t>(each.vector)]});
  }
  return vectors;
}

}  // namespace

void require_fitting_tokenizer(const BpeTokenizer& tokenizer, const ClipTextConfig& config, const std::string& file) {
  if (tokenizer.vocabulary_size() > config.vocab_size) {
    throw BadInput(concat("expected a tokenizer with at most the text encoder's ", config.vocab_size,
                          " tokens, found one with ", tokenizer.vocabulary_size(), "."),
                   file);
  }
  if (tokenizer.max_length() > config.max_positions) {
    throw BadInput(concat("expected model_max_length of at most the text encoder's ", config.max_positions,
                          " positions, found ", tokenizer.max_length(), "."),
                   file);
  }
}

TextEncoder::TextEncoder(std::shared_ptr<const BpeTokenizer> tokenizer, std::shared_ptr<const ClipTextModel> network,
                         const ClipTextConfig& config, at::Device device)
    : tokenizer_(std::move(tokenizer)), network_(std::move(network)), device_(device) {
  require_fitting_tokenizer(*tokenizer_, config);
}

std::vector<PromptChunk> TextEncoder::chunks_of(std::string_view text, PromptSyntax syntax,
                                                const std::vector<TextWord>& words) const {
  std::vector<PromptWord> known;
  known.reserve(words.size());
  for (const TextWord& word : words) known.push_back({word.text, static_cast<std::size_t>(word.vectors.size(0))});
  if (syntax == PromptSyntax::Weighted) return weighted_chunks(text, *tokenizer_, known);
  return {plain_chunk(text, *tokenizer_, known)};
}

EncodedText TextEncoder::encode(const std::vector<PromptChunk>& chunks, TextStates states, const std::stop_token& stop,
                                HiddenLayer layer, const std::vector<TextWord>& words) const {
  TSTITCH_CHECK(!chunks.empty());
  const bool last = states == TextStates::Last;
  const ClipTextModel::Hidden hidden{layer.value_or(last ? 1 : 2), last};
  EncodedText encoded;
  std::vector<at::Tensor> all;
  all.reserve(chunks.size());
  for (const PromptChunk& chunk : chunks) {
    const at::Tensor ids = at::tensor(chunk.ids, at::kLong).unsqueeze(0).to(device_);  // [1, T]
    const ClipTextModel::Output output = (*network_)(ids, stop, hidden, placed(chunk, words));
    all.push_back(weighted(output.hidden, chunk));
    if (!encoded.pooled.defined()) encoded.pooled = output.pooled;
  }
  encoded.states = all.size() == 1 ? all.front() : at::cat(all, 1);
  return encoded;
}

}  // namespace tstitch
