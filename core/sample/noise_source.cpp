#include "core/sample/noise_source.h"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/randn.h>

#include "core/base/check.h"
#include "core/device/crossing.h"
#include "core/sample/philox.h"

namespace tstitch {
namespace {

/// Two independent normal deviates of two random words (Box and Muller 1958). The first word maps to (0, 1].
std::array<float, 2> normal_pair(std::uint32_t first, std::uint32_t second) {
  constexpr double kUnit = 1.0 / 4294967296.0;
  const double radius = std::sqrt(-2.0 * std::log((first + 1.0) * kUnit));
  const double angle = 2.0 * std::numbers::pi * (second * kUnit);
  return {static_cast<float>(radius * std::cos(angle)), static_cast<float>(radius * std::sin(angle))};
}

/// What random words are for; different purposes never share a counter.
enum class Purpose : std::uint32_t { Step = 0, Uniform = 1 };

std::array<std::uint32_t, 4> random_words(std::uint64_t seed, Purpose purpose, int evaluation, std::uint64_t block) {
  return philox4x32({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32U),
                     static_cast<std::uint32_t>(evaluation), static_cast<std::uint32_t>(purpose)},
                    {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)});
}

/// Four normal deviates: elements 4*block .. 4*block + 3 of that evaluation.
std::array<float, 4> normal_block(std::uint64_t seed, EvaluationIndex evaluation, std::uint64_t block) {
  const auto words = random_words(seed, Purpose::Step, evaluation.value, block);
  const auto front = normal_pair(words[0], words[1]);
  const auto back = normal_pair(words[2], words[3]);
  return {front[0], front[1], back[0], back[1]};
}

at::Tensor normal_numbers(std::uint64_t seed, EvaluationIndex evaluation, const std::vector<std::int64_t>& shape) {
  at::Tensor noise = at::empty(shape, at::kFloat);
  auto* const values = noise.mutable_data_ptr<float>();
  const std::int64_t count = noise.numel();
  for (std::int64_t i = 0; i < count; i += 4) {
    const auto block = normal_block(seed, evaluation, static_cast<std::uint64_t>(i / 4));
    for (std::int64_t lane = 0; lane < 4 && i + lane < count; ++lane) {
      values[i + lane] = block[static_cast<std::size_t>(lane)];
    }
  }
  return noise;
}

}  // namespace

void NoiseSource::replace(at::Tensor initial, at::Tensor steps) {
  initial_ = std::move(initial);
  steps_ = std::move(steps);
}

at::Tensor NoiseSource::initial(const std::vector<std::int64_t>& shape) const {
  at::Tensor noise = initial_;
  if (!noise.defined()) {
    noise = at::randn(shape, at::make_generator<at::CPUGeneratorImpl>(seed_), at::kFloat).unsqueeze(0);
  }
  return to_device(noise, device_, Crossing::Start);
}

at::Tensor NoiseSource::step(EvaluationIndex evaluation, const std::vector<std::int64_t>& shape) const {
  const EvaluationIndex whole{first_ + evaluation.value};
  if (steps_.defined()) {
    TSTITCH_CHECK(whole.value < steps_.size(0), whole.value, " of ", steps_.size(0));
    return to_device(steps_[whole.value], device_, Crossing::Noise);
  }
  return to_device(normal_numbers(seed_, whole, shape), device_, Crossing::Noise);
}

at::Tensor NoiseSource::uniform(std::int64_t count) const {
  at::Tensor numbers = at::empty({count}, at::kFloat);
  auto* const values = numbers.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < count; ++i) {
    const auto words = random_words(seed_, Purpose::Uniform, 0, static_cast<std::uint64_t>(i / 4));
    // 24 bits are what a float's fraction holds, so none rounds up to 1.
    values[i] = std::ldexp(static_cast<float>(words[static_cast<std::size_t>(i % 4)] >> 8U), -24);
  }
  return numbers;
}

}  // namespace tstitch
