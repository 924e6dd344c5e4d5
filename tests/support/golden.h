#pragma once

#include <map>
#include <string>

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

namespace tstitch::test {

/// Reference values in tests/golden/<name>.safetensors (tensors), <name>.json or .json.gz (everything else), or both,
/// made by the recipe make_<...>.py beside them. The folder is the TSTITCH_GOLDEN_DIR of the test program.
class Golden {
 public:
  /// Throws BadInput when there is neither file.
  static Golden load(const std::string& folder, const std::string& name);

  /// The tensor as stored: fp32, fp16, bf16, fp64 or an integer type. A name that is not there fails the test.
  [[nodiscard]] at::Tensor operator[](const std::string& name) const;
  [[nodiscard]] bool has(const std::string& name) const { return tensors_.contains(name); }
  [[nodiscard]] const std::map<std::string, at::Tensor>& tensors() const { return tensors_; }
  [[nodiscard]] const nlohmann::json& json() const { return json_; }

 private:
  std::map<std::string, at::Tensor> tensors_;
  nlohmann::json json_;
};

}  // namespace tstitch::test

/// The golden of that name in the project's folder.
#define TSTITCH_GOLDEN(name) ::tstitch::test::Golden::load(TSTITCH_GOLDEN_DIR, name)
