#include "core/weights/random_weights.h"

#include <algorithm>
#include <cmath>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>

#include "core/base/stop.h"

namespace tstitch {

namespace {

constexpr std::int64_t kNumbers = 1'000'003;  // a prime: no row of a weight is another's
constexpr double kGain = 1.7;                 // about the deviation that uniform numbers lack

}  // namespace

RandomWeights::RandomWeights(const std::map<std::string, std::vector<std::int64_t>>& shapes) {
  for (const auto& [name, shape] : shapes) entries_[name] = {shape, at::kFloat};
  if (shapes.empty()) return;
  numbers_ = at::empty({kNumbers});
  numbers_.uniform_(-1, 1, at::detail::createCPUGenerator(1));
}

at::Tensor RandomWeights::read(const std::string& name, at::ScalarType type, const std::stop_token& stop) const {
  stop_point(stop);
  const std::vector<std::int64_t>& shape = entries_.at(name).shape;
  if (shape.size() == 1) {
    const bool is_scale = name.find("norm") != std::string::npos && name.ends_with("weight");
    return at::full(shape, is_scale ? 1.0 : 0.0, type);
  }
  at::Tensor weight = at::empty(shape);
  const at::Tensor flat = weight.view({-1});
  for (std::int64_t first = 0; first < flat.numel(); first += kNumbers) {
    const std::int64_t count = std::min(kNumbers, flat.numel() - first);
    flat.narrow(0, first, count).copy_(numbers_.narrow(0, 0, count));
  }
  const double inputs = static_cast<double>(weight.numel()) / static_cast<double>(shape.front());
  return weight.mul_(kGain / std::sqrt(inputs)).to(type);
}

}  // namespace tstitch
