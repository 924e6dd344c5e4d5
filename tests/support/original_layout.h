#pragma once

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/formats/tensor_shapes.h"
#include "tests/support/lists/published_list.h"

namespace tstitch::test {

/// Names and shapes of one of the published networks of tests/golden/keys.
inline TensorShapes published_tensors(const std::string& golden_folder, const std::string& name) {
  return published_list(golden_folder, name).at("tensors").get<TensorShapes>();
}

/// The text of its config.
inline std::string published_config(const std::string& golden_folder, const std::string& name) {
  return published_list(golden_folder, name).at("config").dump();
}

inline TensorShapes prefixed(const TensorShapes& tensors, const std::string& prefix) {
  TensorShapes result;
  for (const auto& [name, shape] : tensors) result.emplace(prefix + name, shape);
  return result;
}

/// TAESD as its authors name it: the halves below the prefixes given, numbered with the decoder's layer of no weights.
inline TensorShapes original_tiny(const TensorShapes& ours, const std::string& encoder, const std::string& decoder) {
  TensorShapes result;
  for (const auto& [name, shape] : ours) {
    const std::string half = name.substr(0, name.find(".layers."));
    const std::string rest = name.substr(half.size() + std::string(".layers.").size());
    const int layer = std::stoi(rest) + (half == "decoder" ? 1 : 0);
    result[concat(half == "decoder" ? decoder : encoder, layer, rest.substr(rest.find('.')))] = shape;
  }
  return result;
}

/// The renames of tests/golden/single_files.json: from our layout to those of one-file checkpoints.
class OriginalLayout {
 public:
  OriginalLayout(const std::string& golden_folder, const std::string& network)
      : golden_(nlohmann::json::parse(std::ifstream(golden_folder + "/single_files.json"))),
        rows_(golden_.at("networks").at(network)) {}

  [[nodiscard]] TensorShapes tensors(const TensorShapes& ours) const {
    TensorShapes result;
    for (const auto& [name, shape] : ours) {
      auto [original, original_shape] = tensor(name, shape);
      result[original] = original_shape;
    }
    return result;
  }

  /// One tensor's name and shape there; of the three projections of a text layer it is the one that they are fused in.
  [[nodiscard]] std::pair<std::string, std::vector<std::int64_t>> tensor(const std::string& name,
                                                                         std::vector<std::int64_t> shape) const {
    if (name == "text_model.embeddings.position_embedding.weight") return {"positional_embedding", shape};
    if (name == "text_model.embeddings.token_embedding.weight") return {"token_embedding.weight", shape};
    if (name == "text_projection.weight") return {"text_projection", {shape[1], shape[0]}};
    const bool fused = name.find("self_attn.q_") != std::string::npos ||
                       name.find("self_attn.k_") != std::string::npos || name.find("self_attn.v_") != std::string::npos;
    if (fused) {
      const std::string layer = name.substr(0, name.find(".self_attn"));
      const std::string norm = renamed(layer + ".layer_norm1.weight");
      shape[0] *= 3;
      return {norm.substr(0, norm.size() - std::string("ln_1.weight").size()) + "attn.in_proj_" +
                  name.substr(name.rfind('.') + 1),
              shape};
    }
    const bool picture_attention = name.find("coder.mid_block.attentions.") != std::string::npos && shape.size() == 2;
    if (picture_attention) shape.insert(shape.end(), {1, 1});
    return {renamed(name), shape};
  }

 private:
  [[nodiscard]] std::string renamed(const std::string& name) const {
    std::string ours, original, kind;
    for (const auto& row : rows_) {
      const auto& module = row.at(0).get_ref<const std::string&>();
      if (name.starts_with(module + ".") && module.size() > ours.size()) {
        ours = module;
        original = row.at(1);
        kind = row.at(2);
      }
    }
    if (ours.empty()) return name;
    std::string rest = name.substr(ours.size() + 1);
    if (!kind.empty()) {
      const std::size_t dot = rest.rfind('.');
      rest = concat(golden_.at("inside").at(kind).at(rest.substr(0, dot)).get<std::string>(), rest.substr(dot));
    }
    return concat(original, ".", rest);
  }

  nlohmann::json golden_;
  nlohmann::json rows_;
};

}  // namespace tstitch::test
