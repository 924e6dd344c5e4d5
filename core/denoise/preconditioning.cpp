#include "core/denoise/preconditioning.h"

#include <ATen/TensorOperators.h>

#include "core/base/check.h"

namespace tstitch {

at::Tensor network_input(Prediction prediction, const at::Tensor& x, const NoiseLevel& level) {
  if (prediction != Prediction::Flow) return x;
  return x / (level.signal + level.noise);  // a flow's coefficients add up to 1
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
