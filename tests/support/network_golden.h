#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/weights/weight_source.h"
#include "tests/support/tensor_near.h"

namespace tstitch::test {

/// Weights held in memory, so that a network can be built from them many times.
class TensorWeights : public WeightSource {
 public:
  explicit TensorWeights(std::map<std::string, at::Tensor> tensors);

  [[nodiscard]] const std::map<std::string, Entry>& entries() const override { return entries_; }
  [[nodiscard]] at::Tensor read(const std::string& name, at::ScalarType type,
                                const std::stop_token& stop = {}) const override;
  [[nodiscard]] std::string label() const override { return "tensors"; }

  [[nodiscard]] const at::Tensor& tensor(const std::string& name) const { return tensors_.at(name); }
  void set(const std::string& name, at::Tensor tensor) { tensors_[name] = std::move(tensor); }
  /// The same tensor under another name.
  void rename(const std::string& from, const std::string& to);

 private:
  std::map<std::string, at::Tensor> tensors_;
  std::map<std::string, Entry> entries_;
};

/// One case of tests/golden/make_networks.py.
struct NetworkGolden {
  std::string config;                         ///< the reference's configuration, JSON
  TensorWeights weights;                      ///< generated from names and shapes
  std::map<std::string, at::Tensor> tensors;  ///< inputs and outputs, fp32

  static NetworkGolden load(const std::string& name);
  [[nodiscard]] const at::Tensor& operator[](const std::string& name) const { return tensors.at(name); }
};

/// Multiplies every tensor by 1.01, one at a time, and returns the names of those after which `difference` (of the
/// network's outputs from the golden's) is not above `tolerance`: an error there would go unseen.
std::vector<std::string> unseen_mutations(TensorWeights& weights, double tolerance,
                                          const std::function<double(const WeightSource&)>& difference);

}  // namespace tstitch::test
