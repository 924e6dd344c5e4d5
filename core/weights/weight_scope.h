#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/weights/weight_source.h"

namespace tstitch {

/// Whether layers may lay their weights out for the CPU's own kernels (core/nn/README.md); Off is the tests' plain
/// twin.
enum class FastPaths { Off, On };

/// Finished tensors by name, which networks of the same stored weights, type and device share.
using TensorShelf = std::map<std::string, at::Tensor>;

class WeightUpload;

/// What a network is built with besides its weights.
struct BuildOptions {
  at::ScalarType type = at::kFloat;  ///< compute type; weights are converted while they are read
  at::Device device = at::kCPU;  ///< `meta` makes tensors of shape only: names and shapes are checked, nothing is read
  std::stop_token stop = {};     ///< looked at per tensor and per 16 MB; throws Interrupted
  std::function<void(std::int64_t bytes_read)> progress = {};  ///< called after each tensor, may be empty
  FastPaths fast_paths = FastPaths::On;
  std::shared_ptr<TensorShelf> shelf = {};  ///< may be null: nothing is shared
  /// For another device than a CPU; may be null: each tensor goes there alone. On `meta` it is told what is taken,
  /// later it brings that (weight_upload.h).
  std::shared_ptr<WeightUpload> upload = {};
};

namespace detail {
struct WeightLedger;
}

/// A place in a checkpoint, `down_blocks.0.resnets.1`, from which a layer takes its tensors by name and expected shape.
/// What is missing or mis-shaped is noted, not thrown, so that `require_complete` reports everything at once; the layer
/// then gets zeros of the expected shape that take no memory, and nothing more is read. Cheap to copy.
class WeightScope {
 public:
  WeightScope(const WeightSource& source, BuildOptions options);

  [[nodiscard]] WeightScope operator/(std::string_view part) const;
  [[nodiscard]] WeightScope operator/(int index) const;

  /// Takes `<path>.<name>` once. The tensor is on the options' device, of the options' type, contiguous.
  [[nodiscard]] at::Tensor take(std::string_view name, std::initializer_list<std::int64_t> shape) const;
  /// The same made ready by `finish` (another precision, the layout of the layer's kernel). A finished tensor that lies
  /// on the options' shelf is taken from there, any other is put there.
  [[nodiscard]] at::Tensor take(std::string_view name, std::initializer_list<std::int64_t> shape,
                                const std::function<at::Tensor(const at::Tensor&)>& finish) const;
  /// The source's terms for `<path>.<name>`, on the options' device.
  [[nodiscard]] std::vector<LowRankTerm> low_rank(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  /// Everything below `<path>.<part>` counts as used: a part of the file that this network does not build.
  void skip(std::string_view part) const;
  [[nodiscard]] const BuildOptions& options() const;
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Names and shapes of all that the network took so far, whether the source has them or not.
  [[nodiscard]] const std::map<std::string, std::vector<std::int64_t>>& taken() const;

  /// Call on the root after the network was built. Throws BadInput that names file, counts and the first of each:
  /// missing, of wrong shape, left over. Left-over names that end with one of `harmless` are passed over
  /// (`position_ids` and whatever else published files carry).
  void require_complete(const std::vector<std::string>& harmless = {}) const;

 private:
  std::shared_ptr<detail::WeightLedger> ledger_;
  std::string path_;
};

}  // namespace tstitch
