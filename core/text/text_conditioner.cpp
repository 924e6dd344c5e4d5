#include "core/text/text_conditioner.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros_like.h>

#include "core/base/check.h"

namespace tstitch {

namespace {

using Encoders = std::vector<std::shared_ptr<const TextEncoder>>;
using Chunks = std::vector<std::vector<PromptChunk>>;  ///< per encoder

/// Of one encoder, by its place.
const std::vector<TextWord>& words_of(const TextWords& words, std::size_t encoder) {
  static const std::vector<TextWord> none;
  return words.empty() ? none : words.at(encoder);
}

Chunks chunks_of(const Encoders& encoders, const std::string& text, PromptSyntax syntax, const TextWords& words) {
  Chunks chunks;
  for (std::size_t i = 0; i < encoders.size(); ++i) {
    chunks.push_back(encoders[i]->chunks_of(text, syntax, words_of(words, i)));
  }
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
  return {request.prompt, request.negative_prompt, request.prompt_syntax, guided, request.clip_skip};
}

TextConditioner::TextConditioner(Encoders encoders, TextRecipe recipe)
    : encoders_(std::move(encoders)), recipe_(recipe) {
  TSTITCH_CHECK(!encoders_.empty());
}

/// The texts of some prompts, each cut into chunks once and encoded once.
class TextConditioner::Batch {
 public:
  Batch(const TextConditioner& conditioner, const std::vector<TextPrompts>& prompts, const TextWords& words)
      : conditioner_(conditioner), prompts_(prompts), words_(words) {
    std::size_t count = 0;
    for (const TextPrompts& each : prompts) {
      count = std::max(count, longest(chunks(each.prompt)));
      if (each.guided && !takes_zeros(each)) count = std::max(count, longest(chunks(each.negative.value_or(""))));
    }
    for (auto& [text, chunks] : chunks_) fill(chunks, conditioner_.encoders_, count);
  }

  Conditioning conditioning(const TextPrompts& prompts, const std::stop_token& stop) {
    const bool pooled = conditioner_.recipe_.pooled;
    Conditioning conditioning;
    const EncodedText wanted = encoded(prompts.prompt, prompts.hidden_layer, stop);
    conditioning.positive = wanted.states;
    if (pooled) conditioning.positive_pooled = wanted.pooled;
    if (!prompts.guided) return conditioning;
    const EncodedText unwanted = takes_zeros(prompts)
                                     ? EncodedText{at::zeros_like(wanted.states), at::zeros_like(wanted.pooled)}
                                     : encoded(prompts.negative.value_or(""), std::nullopt, stop);
    conditioning.negative = unwanted.states;
    if (pooled) conditioning.negative_pooled = unwanted.pooled;
    return conditioning;
  }

 private:
  [[nodiscard]] bool takes_zeros(const TextPrompts& prompts) const {
    return conditioner_.recipe_.zeros_for_missing_negative && !prompts.negative;
  }

  const Chunks& chunks(const std::string& text) {
    const auto known = chunks_.find(text);
    if (known != chunks_.end()) return known->second;
    return chunks_[text] = chunks_of(conditioner_.encoders_, text, prompts_.front().syntax, words_);
  }

  const EncodedText& encoded(const std::string& text, HiddenLayer layer, const std::stop_token& stop) {
    const std::pair key{text, layer};
    const auto known = encoded_.find(key);
    if (known != encoded_.end()) return known->second;
    return encoded_[key] = conditioner_.joined(chunks_.at(text), layer, words_, stop);
  }

  const TextConditioner& conditioner_;
  const std::vector<TextPrompts>& prompts_;
  const TextWords& words_;
  std::map<std::string, Chunks> chunks_;
  std::map<std::pair<std::string, HiddenLayer>, EncodedText> encoded_;
};

Conditioning TextConditioner::encode(const TextPrompts& prompts, const std::stop_token& stop,
                                     const TextWords& words) const {
  return encode_all({prompts}, stop, words).front();
}

std::vector<Conditioning> TextConditioner::encode_all(const std::vector<TextPrompts>& prompts,
                                                      const std::stop_token& stop, const TextWords& words) const {
  Batch batch(*this, prompts, words);
  std::vector<Conditioning> conditionings;
  conditionings.reserve(prompts.size());
  for (const TextPrompts& each : prompts) conditionings.push_back(batch.conditioning(each, stop));
  return conditionings;
}

EncodedText TextConditioner::joined(const Chunks& chunks, HiddenLayer layer, const TextWords& words,
                                    const std::stop_token& stop) const {
  EncodedText result;
  std::vector<at::Tensor> states;
  for (std::size_t i = 0; i < encoders_.size(); ++i) {
    const EncodedText encoded = encoders_[i]->encode(chunks[i], recipe_.states, stop, layer, words_of(words, i));
    states.push_back(encoded.states);
    result.pooled = encoded.pooled;
  }
  result.states = states.size() == 1 ? states.front() : at::cat(states, 2);
  return result;
}

}  // namespace tstitch
