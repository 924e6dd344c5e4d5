#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/formats/safetensors_header.h"

namespace tstitch::test {

/// A tensor of a file that a test changes.
struct StoredTensor {
  SafetensorsType type = SafetensorsType::F32;
  std::vector<std::int64_t> shape;
  std::string bytes;  ///< row-major, little-endian

  static StoredTensor zeros(SafetensorsType type, std::vector<std::int64_t> shape);
};
using StoredTensors = std::map<std::string, StoredTensor>;

void write_tensors(const std::filesystem::path& file, const StoredTensors& tensors);

/// A copy of the bundled pair to be damaged: `large/` and `small/unet/`. Files are links until they are changed.
class PairCopy {
 public:
  explicit PairCopy(const std::filesystem::path& folder);

  [[nodiscard]] std::string read(const std::string& inner) const;
  void write(const std::string& inner, const std::string& bytes) const;
  void remove(const std::string& inner) const;
  void truncate(const std::string& inner, std::size_t bytes) const;
  /// Throws when `from` does not occur: a test must not pass because nothing was damaged.
  void replace(const std::string& inner, const std::string& from, const std::string& to) const;
  void change_tensors(const std::string& inner, const std::function<void(StoredTensors&)>& change) const;

 private:
  std::filesystem::path folder_;
};

inline const std::string kLargeWeights = "large/unet/diffusion_pytorch_model.safetensors";
inline const std::string kSmallWeights = "small/unet/diffusion_pytorch_model.safetensors";

}  // namespace tstitch::test
