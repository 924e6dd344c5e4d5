#include "tests/support/network_golden.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "tests/support/generated_weights.h"
#include "tests/support/lists/compressed_text.h"

namespace tstitch::test {

TensorWeights::TensorWeights(std::map<std::string, at::Tensor> tensors) : tensors_(std::move(tensors)) {
  for (const auto& [name, tensor] : tensors_) entries_.emplace(name, Entry{tensor.sizes().vec(), at::kFloat});
}

at::Tensor TensorWeights::read(const std::string& name, at::ScalarType type, const std::stop_token& /*stop*/) const {
  return tensors_.at(name).to(type);
}

void TensorWeights::rename(const std::string& from, const std::string& to) {
  auto tensor = tensors_.extract(from);
  auto entry = entries_.extract(from);
  TSTITCH_CHECK(!tensor.empty(), from);
  tensor.key() = entry.key() = to;
  tensors_.insert(std::move(tensor));
  entries_.insert(std::move(entry));
}

NetworkGolden NetworkGolden::load(const std::string& name) {
  const std::string stem = std::string(TSTITCH_GOLDEN_DIR) + "/networks/" + name;
  const auto description = nlohmann::json::parse(compressed_text(stem + ".json.gz"));
  std::map<std::string, at::Tensor> weights;
  for (const auto& [key, shape] : description.at("tensors").items()) {
    weights[key] = generated_tensor(key, shape.get<std::vector<std::int64_t>>(), description.at("seed"));
  }
  NetworkGolden golden{description.at("config").dump(), TensorWeights(std::move(weights)), {}};
  const auto file = open_weight_file(stem + ".safetensors");
  for (const auto& [key, entry] : file->entries()) golden.tensors[key] = file->read(key, at::kFloat);
  return golden;
}

std::vector<std::string> unseen_mutations(TensorWeights& weights, double tolerance,
                                          const std::function<double(const WeightSource&)>& difference) {
  std::vector<std::string> unseen;
  for (const auto& [name, entry] : weights.entries()) {
    const at::Tensor original = weights.tensor(name);
    weights.set(name, original.mul(1.01));
    if (difference(weights) <= tolerance) unseen.push_back(name);
    weights.set(name, original);
  }
  return unseen;
}

}  // namespace tstitch::test
