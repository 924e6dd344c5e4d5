#include "tests/support/generated_weights.h"

#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include <ATen/ops/empty.h>

#include "core/base/check.h"
#include "core/base/stop.h"

namespace tstitch::test {
namespace {

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15U;

std::uint64_t fnv1a_64(const std::string& text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

std::uint64_t splitmix64(std::uint64_t state) {
  std::uint64_t z = state + kGolden;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

/// Sum of four uniform 16-bit numbers, centred and scaled to unit variance.
double nearly_normal(std::uint64_t hash) {
  const std::uint64_t sum = (hash & 0xFFFFU) + ((hash >> 16U) & 0xFFFFU) + ((hash >> 32U) & 0xFFFFU) + (hash >> 48U);
  return (static_cast<double>(sum) - 131070.0) / 37837.0;
}

/// value = mean + deviation * n, n from N(0, 1).
struct Scaling {
  double mean;
  double deviation;
};

/// The rule, in this order: `*embedding.weight` 0.5 n; rank >= 2: n / sqrt(fan in), fan in = elements / first
/// dimension, which keeps the size of a signal through linear and convolution layers; other `*.weight` (norms) 1 + 0.2
/// n; everything else (biases, scalars) 0.2 n.
Scaling scaling_for(const std::string& name, const std::vector<std::int64_t>& shape) {
  if (name.ends_with("embedding.weight")) return {0.0, 0.5};
  if (shape.size() >= 2) {
    const auto fan_in =
        std::accumulate(shape.begin() + 1, shape.end(), std::int64_t{1}, std::multiplies<std::int64_t>());
    return {0.0, 1.0 / std::sqrt(static_cast<double>(fan_in))};
  }
  if (name.ends_with(".weight")) return {1.0, 0.2};
  return {0.0, 0.2};
}

}  // namespace

at::Tensor generated_tensor(const std::string& name, const std::vector<std::int64_t>& shape, std::uint64_t seed) {
  const std::uint64_t key = fnv1a_64(name) ^ (seed * kGolden);
  const Scaling scaling = scaling_for(name, shape);
  at::Tensor tensor = at::empty(shape, at::kFloat);
  auto* values = tensor.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    const double n = nearly_normal(splitmix64(key + static_cast<std::uint64_t>(i)));
    values[i] = static_cast<float>(scaling.mean + scaling.deviation * n);
  }
  return tensor;
}

GeneratedWeights::GeneratedWeights(std::map<std::string, std::vector<std::int64_t>> shapes, std::uint64_t seed)
    : seed_(seed) {
  for (auto& [name, shape] : shapes) entries_.emplace(name, Entry{std::move(shape), at::kFloat});
}

at::Tensor GeneratedWeights::read(const std::string& name, at::ScalarType type, const std::stop_token& stop) const {
  stop_point(stop);
  const auto entry = entries_.find(name);
  TSTITCH_CHECK(entry != entries_.end(), name);
  const at::Tensor tensor = generated_tensor(name, entry->second.shape, seed_);
  const auto factor = factors_.find(name);
  return (factor == factors_.end() ? tensor : tensor.mul(factor->second)).to(type);
}

}  // namespace tstitch::test
