#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/system/file_stamp.h"

namespace tstitch {

/// What a layer adds to its own product: up * (down * x), the factors of a change of its weight (lora.h). fp32.
struct LowRankTerm {
  at::Tensor down;  ///< [r, ...], the weight's shape with r for its first side
  at::Tensor up;    ///< [out, r], with every scale in it
};

/// Where a network's tensors come from: named, with shapes known before anything is read.
/// Implementations: safetensors files (sharded or not), torch's archives, parts of those under other names
/// (mapped_source.h) and, for tests, generated weights.
class WeightSource {
 public:
  virtual ~WeightSource() = default;

  struct Entry {
    std::vector<std::int64_t> shape;
    at::ScalarType type;  ///< as stored; Undefined where LibTorch has no such type
  };

  /// Names after the dialect's renames, sorted.
  [[nodiscard]] virtual const std::map<std::string, Entry>& entries() const = 0;

  /// The tensor on the CPU, owned (nothing depends on the file afterwards), converted to `type` (fp32, fp16 or bf16)
  /// while it is read, contiguous. Throws BadInput when the bytes cannot be read, are no fp64, fp32, fp16, bf16 or fp8
  /// numbers, or hold a non-finite one (naming file and tensor); Interrupted within 16 MB of reading after a stop was
  /// asked for.
  [[nodiscard]] virtual at::Tensor read(const std::string& name, at::ScalarType type,
                                        const std::stop_token& stop = {}) const = 0;

  /// Fills `target` [n], of a type as above, dense and on the CPU, with the tensor's numbers from `first` on, row by
  /// row. False, and nothing was read, where only the whole can be read. Throws as read() does.
  [[nodiscard]] virtual bool read_part(const std::string& /*name*/, std::int64_t /*first*/, at::Tensor& /*target*/,
                                       const std::stop_token& /*stop*/ = {}) const {
    return false;
  }

  /// The one number of a tensor of one element, of whatever type it is stored in, integers and booleans included
  /// (scales beside weights). Throws BadInput as read() does, and for a tensor of no or several elements.
  [[nodiscard]] virtual double number(const std::string& name) const;

  /// Whether read() gives the tensor as it is stored. Only such tensors are shared between networks.
  [[nodiscard]] virtual bool is_stored(const std::string& /*name*/) const { return true; }
  /// Changes of that weight that its layer adds when it is called.
  [[nodiscard]] virtual std::vector<LowRankTerm> low_rank(const std::string& /*name*/) const { return {}; }

  /// The files that hold the tensors, sorted; empty for generated weights.
  [[nodiscard]] virtual std::vector<std::filesystem::path> files() const { return {}; }
  /// The same files as they were when they were opened, in the same order.
  [[nodiscard]] virtual std::vector<FileStamp> stamps() const { return {}; }
  /// Throws BadInput when one of them was written to since.
  virtual void require_unchanged() const {}

  /// What the file says of itself beside its tensors (`__metadata__` of safetensors); empty where it says nothing, and
  /// for several files.
  [[nodiscard]] virtual std::map<std::string, std::string> metadata() const { return {}; }

  /// What messages call the source: the path as given, joined with the file inside it.
  [[nodiscard]] virtual std::string label() const = 0;
};

/// Opens a part's weights in its folder, whole or in shards (weight_files.h tells which of several files). Weights kept
/// with scales are read as what they mean (scaled_source.h).
/// Throws BadInput naming what is missing or damaged (core/weights/README.md), or how the weights are
/// quantised.
std::unique_ptr<WeightSource> open_weights(const std::filesystem::path& folder, const std::string& stem,
                                           const std::string& variant = {});

/// Opens one file, safetensors or torch's as its content says; names are as in the file. Throws BadInput.
std::unique_ptr<WeightSource> open_weight_file(const std::filesystem::path& file);

}  // namespace tstitch
