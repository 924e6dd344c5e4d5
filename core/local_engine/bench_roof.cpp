#include "core/local_engine/bench_roof.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>

#include "core/local_engine/operator_watch.h"
#include "core/nn/prepacking.h"

namespace tstitch {

double least_seconds(at::Device device, const std::function<at::Tensor()>& work) {
  using Clock = std::chrono::steady_clock;
  constexpr int kTimes = 6;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kTimes; ++i) {
    const auto start = Clock::now();
    static_cast<void>(work());
    wait_for(device);
    const std::chrono::duration<double> taken = Clock::now() - start;
    if (i > 0) least = std::min(least, taken.count());
  }
  return least;
}

double matrix_product_gflops(at::Device device, at::ScalarType type) {
  const std::int64_t side = device.is_cpu() ? 1536 : 8192;
  const at::Tensor a = at::ones({side, side}, at::TensorOptions().dtype(type).device(device));
  double least = least_seconds(device, [&] { return at::matmul(a, a); });
  if (detail::may_prepack(a, {})) {
    const at::Tensor packed = detail::prepack_linear(a);
    least = std::min(least, least_seconds(device, [&] { return detail::prepacked_linear(a, packed, {}); }));
  }
  return 2.0 * std::pow(static_cast<double>(side), 3) / least / 1e9;
}

}  // namespace tstitch
