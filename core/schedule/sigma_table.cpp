#include "core/schedule/sigma_table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/schedule/timestep_grid.h"

namespace tstitch {
namespace {

/// The share of the symmetric beta distribution below `x` <= 1/2: its integrand's power series, term by term.
double beta_share(double x, double parameter) {
  constexpr double kNegligible = 1e-17;
  double weight = 1.0;
  double sum = 1.0 / parameter;
  for (int n = 1; weight > kNegligible; ++n) {
    weight *= (n - parameter) / n * x;
    sum += weight / (parameter + n);
  }
  const double whole = std::tgamma(parameter) * std::tgamma(parameter) / std::tgamma(2.0 * parameter);
  return std::pow(x, parameter) * sum / whole;
}

/// Where the symmetric beta distribution has that share below it.
double beta_quantile(double share, double parameter) {
  if (share > 0.5) return 1.0 - beta_quantile(1.0 - share, parameter);
  constexpr int kHalvings = 60;
  double low = 0.0;
  double high = 0.5;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2.0;
    (beta_share(middle, parameter) < share ? low : high) = middle;
  }
  return share == 0.0 ? 0.0 : (low + high) / 2.0;
}

}  // namespace

SigmaTable::SigmaTable(const NoiseSchedule& schedule) {
  for (int t = 0; t < schedule.size(); ++t) {
    const auto alpha = static_cast<float>(schedule.alpha_cumprod(t));
    sigmas_.push_back(std::sqrt((1.0F - alpha) / alpha));
    logs_.push_back(std::log(sigmas_.back()));
  }
}

double SigmaTable::sigma_at(double timestep) const {
  const auto last = sigmas_.size() - 1;
  if (timestep <= 0.0) return sigmas_.front();
  if (timestep >= static_cast<double>(last)) return sigmas_.back();
  const auto low = static_cast<std::size_t>(timestep);
  const double below = sigmas_[low];
  const double above = sigmas_[low + 1];
  return (above - below) * (timestep - static_cast<double>(low)) + below;
}

double SigmaTable::timestep_at(double sigma) const {
  if (sigmas_.size() == 1) return 0.0;
  const double wanted = std::log(std::max(sigma, 1e-10));
  const auto above = std::upper_bound(logs_.begin(), logs_.end(), wanted);
  const auto entry = static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - logs_.begin() - 1, 0));
  const std::size_t low = std::min(entry, logs_.size() - 2);
  const double span = logs_[low] - logs_[low + 1];
  const double weight = std::clamp((static_cast<double>(logs_[low]) - wanted) / span, 0.0, 1.0);
  return (1.0 - weight) * static_cast<double>(low) + weight * static_cast<double>(low + 1);
}

int SigmaTable::entries_below(double lambda) const {
  return static_cast<int>(std::count_if(logs_.begin(), logs_.end(), [&](float log) { return -log < lambda; }));
}

std::vector<double> karras_sigmas(double max, double min, int steps) {
  constexpr double kRho = 7.0;
  const double from = std::pow(max, 1.0 / kRho);
  const double to = std::pow(min, 1.0 / kRho);
  std::vector<double> sigmas = linspace(0.0, 1.0, steps);
  for (double& sigma : sigmas) sigma = std::pow(from + sigma * (to - from), kRho);
  return sigmas;
}

std::vector<double> exponential_sigmas(double max, double min, int steps) {
  std::vector<double> sigmas = linspace(std::log(max), std::log(min), steps);
  for (double& sigma : sigmas) sigma = std::exp(sigma);
  return sigmas;
}

std::vector<double> beta_sigmas(double max, double min, int steps) {
  constexpr double kParameter = 0.6;
  std::vector<double> sigmas = linspace(0.0, 1.0, steps);
  for (double& sigma : sigmas) sigma = min + beta_quantile(1.0 - sigma, kParameter) * (max - min);
  return sigmas;
}

AncestralStep ancestral_step(double from, double to) {
  const auto start = static_cast<float>(from);
  const auto end = static_cast<float>(to);
  const float up = std::sqrt(end * end * (start * start - end * end) / (start * start));
  return {std::sqrt(std::max(end * end - up * up, 0.0F)), up};
}

}  // namespace tstitch
