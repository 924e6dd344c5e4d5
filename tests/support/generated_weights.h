#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/weights/weight_source.h"

namespace tstitch::test {

/// The project's integer generator of test weights; its twin is tests/golden/generated_weights.py. Element i of a
/// tensor is made from FNV-1a-64(name) xor seed*0x9E3779B97F4A7C15, splitmix64 of (key + i), and the sum of the hash's
/// four 16-bit parts: (sum - 131070) / 37837 is nearly N(0, 1). It is then scaled by the rule of the tensor's name and
/// shape (generated_weights.cpp), so that every block moves its output (tests/README.md).
at::Tensor generated_tensor(const std::string& name, const std::vector<std::int64_t>& shape, std::uint64_t seed);

/// A WeightSource that makes its tensors with generated_tensor().
class GeneratedWeights : public WeightSource {
 public:
  GeneratedWeights(std::map<std::string, std::vector<std::int64_t>> shapes, std::uint64_t seed);

  [[nodiscard]] const std::map<std::string, Entry>& entries() const override { return entries_; }
  [[nodiscard]] at::Tensor read(const std::string& name, at::ScalarType type,
                                const std::stop_token& stop = {}) const override;
  [[nodiscard]] std::string label() const override { return "generated"; }

  /// Multiplies one tensor from now on: the mutation tests' tool.
  void scale(const std::string& name, double factor) { factors_[name] = factor; }

 private:
  std::map<std::string, Entry> entries_;
  std::map<std::string, double> factors_;
  std::uint64_t seed_;
};

}  // namespace tstitch::test
