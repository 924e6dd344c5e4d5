// A guided step of Stable Diffusion 1.5's shape with random weights, once with our kernels and once with LibTorch's, in
// turn; prints CPU and wall seconds, their ratios, what both differ by, and where our time goes.
//   step_times [side of the latents = 64] [rounds = 3] [threads = 2]

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/record_function.h>

#include "core/device/kept_memory.h"
#include "core/networks/unet.h"
#include "core/nn/vector_kernels.h"
#include "tests/bench/random_weights.h"

namespace {

using namespace tstitch;

struct Times {
  double cpu, wall;
};

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Wall seconds of what is called outermost, by name.
std::map<std::string, double> profile;
int depth = 0;
double began = 0;

std::unique_ptr<at::ObserverContext> enter(const at::RecordFunction& /*called*/) {
  if (depth++ == 0) began = seconds(CLOCK_MONOTONIC);
  return nullptr;
}

void leave(const at::RecordFunction& called, at::ObserverContext* /*unused*/) {
  if (--depth == 0) profile[called.name()] += seconds(CLOCK_MONOTONIC) - began;
}

}  // namespace

int main(int argc, char** argv) {
  const auto given = [&](int index, int otherwise) { return argc > index ? std::atoi(argv[index]) : otherwise; };
  const int side = given(1, 64);
  at::set_num_threads(given(3, 2));
  const at::NoGradGuard guard;
  std::optional<KeptMemory> kept{std::in_place};
  const UnetConfig config = parse_unet_config(R"({"cross_attention_dim": 768, "sample_size": 64})", "config");
  const RandomWeights weights = RandomWeights::of<Unet>(config);
  std::array<std::optional<Unet>, 2> nets;  // ours, LibTorch's
  const std::uint64_t seed = 1;
  for (const bool ours : {true, false}) {
    at::manual_seed(seed);
    std::optional<detail::VectorLimit> limit;
    if (!ours) limit.emplace(detail::VectorLimit::Most::Nothing);
    nets[ours ? 0 : 1].emplace(WeightScope(weights, {}), config);
  }
  const at::Tensor x = at::randn({2, 4, side, side});
  const at::Tensor context = at::randn({2, 77, 768});
  std::array<std::vector<double>, 2> cpu, wall;
  std::array<at::Tensor, 2> said;
  for (int round = 0; round < given(2, 3) + 1; ++round) {
    for (const std::size_t i : {0, 1}) {
      std::optional<detail::VectorLimit> limit;
      if (i == 1) limit.emplace(detail::VectorLimit::Most::Nothing);
      if (i == 0) kept.emplace();
      std::optional<at::CallbackHandle> handle;
      if (i == 0 && round > 0) handle = at::addThreadLocalCallback(at::RecordFunctionCallback(enter, leave));
      const Times start{seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC)};
      said[i] = (*nets[i])(x, at::full({1}, 500.0), context, {}, {}, {});
      const Times end{seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC)};
      if (handle) at::removeCallback(*handle);
      kept.reset();
      if (round == 0) continue;  // what is made once
      cpu[i].push_back(end.cpu - start.cpu);
      wall[i].push_back(end.wall - start.wall);
      std::printf("%s: %.2f CPU seconds, %.2f s\n", i == 0 ? "ours" : "LibTorch's", cpu[i].back(), wall[i].back());
    }
  }
  const auto median = [](std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  };
  std::printf("median: %.3f CPU seconds of %.3f = %.3f; %.3f s of %.3f = %.3f\n", median(cpu[0]), median(cpu[1]),
              median(cpu[0]) / median(cpu[1]), median(wall[0]), median(wall[1]), median(wall[0]) / median(wall[1]));
  std::printf("largest difference %.2g of %.2g\n", (said[0] - said[1]).abs().max().item<double>(),
              said[1].abs().max().item<double>());
  std::vector<std::pair<double, std::string>> shares;
  shares.reserve(profile.size());
  for (const auto& [name, time] : profile) shares.emplace_back(time / given(2, 3), name);
  std::sort(shares.rbegin(), shares.rend());
  for (const auto& [time, name] : shares) std::printf("%8.3f s  %s\n", time, name.c_str());
}
