#include "core/schedule/noise_schedule.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "core/base/check.h"

namespace tstitch {
namespace {

/// torch.linspace in float32: the second half counts down from the end, and each entry is rounded once.
std::vector<float> float_linspace(double start, double end, int count) {
  const auto first = static_cast<float>(start);
  const auto last = static_cast<float>(end);
  const float step = count > 1 ? (last - first) / static_cast<float>(count - 1) : 0.0F;
  std::vector<float> values(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const double value = i < count / 2 ? static_cast<double>(first) + static_cast<double>(step) * i
                                       : static_cast<double>(last) - static_cast<double>(step) * (count - 1 - i);
    values[static_cast<std::size_t>(i)] = static_cast<float>(value);
  }
  // One point is its start, although the loop's second half holds it.
  if (count == 1) values.front() = first;
  return values;
}

/// Nichol and Dhariwal 2021, equation 17, with betas capped at 0.999.
std::vector<float> squared_cosine_betas(int count) {
  const auto alpha_bar = [](double t) {
    const double root = std::cos((t + 0.008) / 1.008 * std::numbers::pi / 2);
    return root * root;
  };
  std::vector<float> betas;
  for (int i = 0; i < count; ++i) {
    const double from = static_cast<double>(i) / count;
    const double to = static_cast<double>(i + 1) / count;
    betas.push_back(static_cast<float>(std::min(1.0 - alpha_bar(to) / alpha_bar(from), 0.999)));
  }
  return betas;
}

std::vector<float> betas_of(const SchedulerConfig& config) {
  if (!config.trained_betas.empty()) return {config.trained_betas.begin(), config.trained_betas.end()};
  switch (config.beta_schedule) {
    case BetaSchedule::Linear:
      return float_linspace(config.beta_start, config.beta_end, config.train_timesteps);
    case BetaSchedule::ScaledLinear: {
      std::vector<float> betas =
          float_linspace(std::sqrt(config.beta_start), std::sqrt(config.beta_end), config.train_timesteps);
      for (float& beta : betas) beta *= beta;
      return betas;
    }
    case BetaSchedule::SquaredCosine:
      return squared_cosine_betas(config.train_timesteps);
  }
  TSTITCH_CHECK(false, static_cast<int>(config.beta_schedule));
  return {};
}

/// torch.cumprod of 1 - beta in float32, which accumulates in double and rounds each entry.
std::vector<float> cumulative_alphas(const std::vector<float>& betas) {
  std::vector<float> products;
  double product = 1.0;
  for (const float beta : betas) {
    product *= static_cast<double>(1.0F - beta);
    products.push_back(static_cast<float>(product));
  }
  return products;
}

/// Lin et al. 2024, algorithm 1: the last entry becomes pure noise, the first keeps its place.
std::vector<float> zero_snr_betas(const std::vector<float>& betas) {
  std::vector<float> roots = cumulative_alphas(betas);
  for (float& root : roots) root = std::sqrt(root);
  const float first = roots.front();
  const float last = roots.back();
  const float scale = first / (first - last);
  for (float& root : roots) root = (root - last) * scale;

  std::vector<float> rescaled;
  float previous = 1.0F;
  for (const float root : roots) {
    const float alpha_bar = root * root;
    rescaled.push_back(1.0F - alpha_bar / previous);
    previous = alpha_bar;
  }
  return rescaled;
}

}  // namespace

NoiseLevel level_at(Sigma sigma, Timestep timestep) {
  if (std::isinf(sigma.value)) return {0.0, 1.0, timestep};
  const double signal = 1.0 / std::sqrt(1.0 + sigma.value * sigma.value);
  return {signal, sigma.value * signal, timestep};
}

NoiseSchedule::NoiseSchedule(const SchedulerConfig& config) {
  std::vector<float> betas = betas_of(config);
  TSTITCH_CHECK(!betas.empty());
  if (config.rescale_zero_snr && betas.size() > 1) betas = zero_snr_betas(betas);
  const std::vector<float> products = cumulative_alphas(betas);
  alphas_cumprod_.assign(products.begin(), products.end());
}

NoiseSchedule NoiseSchedule::with_finite_sigmas() const {
  NoiseSchedule finite = *this;
  // The smallest subnormal of half precision, as diffusers' sigma-based classes put it there: a sigma of 4096.
  if (finite.alphas_cumprod_.back() == 0.0) finite.alphas_cumprod_.back() = std::ldexp(1.0, -24);
  return finite;
}

NoiseLevel NoiseSchedule::level(int timestep) const {
  const double alpha = alpha_cumprod(timestep);
  return {std::sqrt(alpha), std::sqrt(1.0 - alpha), Timestep{static_cast<double>(timestep)}};
}

Timestep NoiseSchedule::timestep_for(Sigma sigma) const {
  int low = 0;
  int high = size() - 1;
  if (sigma <= this->sigma(low)) return Timestep{0.0};
  if (sigma >= this->sigma(high)) return Timestep{static_cast<double>(high)};
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (this->sigma(middle) <= sigma ? low : high) = middle;
  }
  const double below = std::log(this->sigma(low).value);
  const double above = std::log(this->sigma(high).value);
  // Between the last finite entry and pure noise there is nothing to interpolate.
  if (std::isinf(above)) return Timestep{static_cast<double>(low)};
  return Timestep{low + (std::log(sigma.value) - below) / (above - below)};
}

}  // namespace tstitch
