#include "core/schedule/sigma_table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/schedule/timestep_grid.h"

namespace tstitch {

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

}  // namespace tstitch
