#include "core/denoise/preconditioning.h"

#include <ATen/TensorOperators.h>

#include "core/base/check.h"

namespace tstitch {

at::Tensor network_input(Prediction prediction, const at::Tensor& x, const NoiseLevel& level) {
  if (prediction != Prediction::Flow) return x;
  return x / (level.signal + level.noise);  // a flow's coefficients add up to 1
}

DenoisedWeights denoised_weights(Prediction prediction, const NoiseLevel& level) {
  switch (prediction) {
    case Prediction::Epsilon:
      return {1.0 / level.signal, -level.noise / level.signal};
    case Prediction::V:
      return {level.signal, -level.noise};
    case Prediction::Sample:
      return {0.0, 1.0};
    case Prediction::Flow:
      return {1.0 / (level.signal + level.noise), -level.noise / (level.signal + level.noise)};
  }
  TSTITCH_CHECK(false, static_cast<int>(prediction));
  return {};
}

at::Tensor denoised_from(Prediction prediction, const at::Tensor& x, const at::Tensor& output,
                         const NoiseLevel& level) {
  switch (prediction) {
    case Prediction::Epsilon:
      return (x - output * level.noise) / level.signal;
    case Prediction::V:
      return x * level.signal - output * level.noise;
    case Prediction::Sample:
      return output;
    case Prediction::Flow:
      return (x - output * level.noise) / (level.signal + level.noise);
  }
  TSTITCH_CHECK(false, static_cast<int>(prediction));
  return {};
}

}  // namespace tstitch
