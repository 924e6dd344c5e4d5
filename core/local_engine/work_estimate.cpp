#include "core/local_engine/work_estimate.h"

#include <algorithm>

namespace tstitch {

namespace {

/// If every parameter worked at every place of the latents.
double work_everywhere(std::int64_t parameters, const std::vector<std::int64_t>& latent_shape) {
  const auto places = static_cast<double>(latent_shape.at(1) * latent_shape.at(2));
  return 2.0 * static_cast<double>(parameters) * places;
}

}  // namespace

double evaluation_work(std::int64_t parameters, const std::vector<std::int64_t>& latent_shape, int passes) {
  constexpr double kSharePerPlace = 1 / 6.0;  // most parameters see fewer places: U-Nets 1/5 to 1/9, DiT 1/6
  return work_everywhere(parameters, latent_shape) * kSharePerPlace * passes;
}

double text_work(std::int64_t parameters, std::size_t prompts) {
  constexpr double kTokens = 77;
  return 2.0 * static_cast<double>(parameters) * kTokens * static_cast<double>(prompts);
}

double decoding_work(std::int64_t parameters, const std::vector<std::int64_t>& latent_shape) {
  constexpr double kSharePerPlace = 4;  // of a decoder's, half of all, most see more places
  return work_everywhere(parameters, latent_shape) * kSharePerPlace;
}

int threads_that_pay(double work, int most) {
  constexpr double kPerThread = 0.8e9;
  return work < kPerThread * most ? std::max(1, static_cast<int>(work / kPerThread)) : most;
}

}  // namespace tstitch
