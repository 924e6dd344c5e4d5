#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/networks/clip_text.h"
#include "core/prompt/bpe_tokenizer.h"
#include "core/text/text_encoder.h"
#include "tests/support/generated_weights.h"

namespace tstitch::test {

/// A text encoder of two layers over the bundled pair's tokenizer, with generated weights.
inline ClipTextConfig small_text_config(int width = 32) {
  ClipTextConfig config;
  config.vocab_size = 1020;
  config.hidden_size = width;
  config.intermediate_size = 2 * width;
  config.layers = 2;
  config.heads = 2;
  config.max_positions = 32;
  config.projection_dim = width;
  return config;
}

inline std::map<std::string, std::vector<std::int64_t>> text_shapes(const ClipTextConfig& config) {
  const std::int64_t hidden = config.hidden_size, wide = config.intermediate_size;
  std::map<std::string, std::vector<std::int64_t>> shapes{
      {"embeddings.token_embedding.weight", {config.vocab_size, hidden}},
      {"embeddings.position_embedding.weight", {config.max_positions, hidden}},
      {"final_layer_norm.weight", {hidden}},
      {"final_layer_norm.bias", {hidden}}};
  if (config.with_projection) shapes["text_projection.weight"] = {config.projection_dim, hidden};
  for (int i = 0; i < config.layers; ++i) {
    const std::string layer = "encoder.layers." + std::to_string(i) + ".";
    for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj"}) {
      shapes[layer + name + ".weight"] = {hidden, hidden};
      shapes[layer + name + ".bias"] = {hidden};
    }
    for (const char* name : {"layer_norm1", "layer_norm2"}) {
      shapes[layer + name + ".weight"] = {hidden};
      shapes[layer + name + ".bias"] = {hidden};
    }
    shapes[layer + "mlp.fc1.weight"] = {wide, hidden};
    shapes[layer + "mlp.fc1.bias"] = {wide};
    shapes[layer + "mlp.fc2.weight"] = {hidden, wide};
    shapes[layer + "mlp.fc2.bias"] = {hidden};
  }
  return shapes;
}

inline std::shared_ptr<const BpeTokenizer> bundled_tokenizer(const std::filesystem::path& source_folder) {
  return std::make_shared<const BpeTokenizer>(BpeTokenizer::load(source_folder / "models/miniature/large/tokenizer"));
}

inline std::shared_ptr<const ClipTextModel> small_text_network(const ClipTextConfig& config, std::uint64_t seed) {
  const GeneratedWeights weights(text_shapes(config), seed);
  return std::make_shared<const ClipTextModel>(WeightScope(weights, {}), config);
}

/// A text of that many tokens of one word.
inline std::string cats(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "cat ";
  return text;
}

}  // namespace tstitch::test
