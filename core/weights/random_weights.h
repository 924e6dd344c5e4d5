#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/weights/weight_scope.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// The same random weights each time, of the size that keeps activations about where a trained network has them, for
/// what times networks of a true shape without their files: times do not depend on the numbers. All are cut from one
/// row of random numbers, since making as many as a network has takes longer than computing it. Any thread.
class RandomWeights : public WeightSource {
 public:
  /// Vectors are zero, but for the scales of norms, which are one.
  explicit RandomWeights(const std::map<std::string, std::vector<std::int64_t>>& shapes);

  /// What a network of that config takes.
  template <class Network, class Config>
  static RandomWeights of(const Config& config) {
    const RandomWeights none({});
    const WeightScope root(none, {.device = at::kMeta});
    const Network shapes(root, config);
    return RandomWeights(root.taken());
  }

  [[nodiscard]] const std::map<std::string, Entry>& entries() const override { return entries_; }
  [[nodiscard]] at::Tensor read(const std::string& name, at::ScalarType type,
                                const std::stop_token& stop = {}) const override;
  [[nodiscard]] std::string label() const override { return "random weights"; }

 private:
  std::map<std::string, Entry> entries_;
  at::Tensor numbers_;
};

}  // namespace tstitch
