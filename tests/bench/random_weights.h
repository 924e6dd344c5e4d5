#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>

#include "core/weights/weight_scope.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// Weights of the size that keeps activations where a trained network has them, of LibTorch's generator; times do not
/// depend on them.
class RandomWeights : public WeightSource {
 public:
  explicit RandomWeights(const std::map<std::string, std::vector<std::int64_t>>& shapes) {
    for (const auto& [name, shape] : shapes) entries_[name] = {shape, at::kFloat};
  }

  /// What a network of that config takes.
  template <class Network, class Config>
  static RandomWeights of(const Config& config) {
    const RandomWeights none({});
    const WeightScope root(none, {.device = at::kMeta});
    const Network shapes(root, config);
    return RandomWeights(root.taken());
  }

  const std::map<std::string, Entry>& entries() const override { return entries_; }
  at::Tensor read(const std::string& name, at::ScalarType type, const std::stop_token& /*stop*/) const override {
    const std::vector<std::int64_t>& shape = entries_.at(name).shape;
    double inputs = 1;
    for (std::size_t i = 1; i < shape.size(); ++i) inputs *= static_cast<double>(shape[i]);
    const double width = shape.size() == 1 ? 0 : 1.7 / std::sqrt(inputs);
    const bool is_scale = shape.size() == 1 && name.find("norm") != std::string::npos && name.ends_with("weight");
    return at::full(shape, is_scale ? 1.0 : 0.0, at::kFloat).add_(at::empty(shape).uniform_(-width, width)).to(type);
  }
  std::string label() const override { return "random"; }

 private:
  std::map<std::string, Entry> entries_;
};

}  // namespace tstitch
