#include "core/local_engine/precision_bench.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <c10/util/Exception.h>

#include "core/local_engine/compute_choice.h"
#include "core/networks/unet.h"
#include "core/weights/random_weights.h"

namespace tstitch {
namespace {

constexpr int kRounds = 2;
constexpr std::int64_t kSide = 32;
constexpr std::int64_t kWords = 77;
constexpr std::int64_t kContextWidth = 768;
constexpr const char* kConfig = R"({"cross_attention_dim": 768, "sample_size": 32, "layers_per_block": 1,
  "block_out_channels": [320, 640], "attention_head_dim": 8,
  "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
  "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"]})";

/// The network in one precision.
class Contestant {
 public:
  Contestant(Precision precision, const WeightSource& weights, const UnetConfig& config)
      : type_(tensor_type(precision)), network_(WeightScope(weights, {.type = type_}), config) {
    measured_.precision = precision;
    measured_.seconds = std::numeric_limits<double>::infinity();
  }

  at::Tensor compute(const at::Tensor& x, const at::Tensor& context) const {
    return network_(x, at::full({1}, 500.0), context.to(type_), {}, {}, {});
  }

  void time(const at::Tensor& x, const at::Tensor& context) {
    const auto start = std::chrono::steady_clock::now();
    static_cast<void>(compute(x, context));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    measured_.seconds = std::min(measured_.seconds, taken.count());
  }

  void compare(const at::Tensor& output, const at::Tensor& right) {
    measured_.error = (output - right).norm().item<double>() / right.norm().item<double>();
  }

  [[nodiscard]] const MeasuredPrecision& measured() const { return measured_; }

 private:
  at::ScalarType type_;
  Unet network_;
  MeasuredPrecision measured_;
};

}  // namespace

std::vector<MeasuredPrecision> measure_precisions(const std::vector<Precision>& precisions) {
  const at::NoGradGuard guard;
  const UnetConfig config = parse_unet_config(kConfig, "the test of precisions");
  const auto weights = RandomWeights::of<Unet>(config);
  const auto generator = at::detail::createCPUGenerator(2);
  const at::Tensor x = at::randn({1, 4, kSide, kSide}, generator);
  const at::Tensor context = at::randn({1, kWords, kContextWidth}, generator);
  std::vector<std::unique_ptr<Contestant>> contestants;
  contestants.push_back(std::make_unique<Contestant>(Precision::Fp32, weights, config));
  const at::Tensor right = contestants.front()->compute(x, context);
  for (const Precision precision : precisions) {
    if (precision == Precision::Fp32) continue;
    try {
      auto contestant = std::make_unique<Contestant>(precision, weights, config);
      contestant->compare(contestant->compute(x, context), right);
      contestants.push_back(std::move(contestant));
    } catch (const c10::Error&) {  // no such kernel
      continue;
    }
  }
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& contestant : contestants) contestant->time(x, context);
  }
  std::vector<MeasuredPrecision> measured;
  measured.reserve(contestants.size());
  for (const auto& contestant : contestants) measured.push_back(contestant->measured());
  return measured;
}

}  // namespace tstitch
