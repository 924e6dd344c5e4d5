#include "core/denoise/guidance.h"

#include <ATen/TensorOperators.h>

namespace tstitch {

at::Tensor guided(const at::Tensor& unconditional, const at::Tensor& conditional, double scale) {
  return unconditional + (conditional - unconditional) * scale;
}

}  // namespace tstitch
