// A guided step of Stable Diffusion 1.5's shape with random weights, once with our kernels and once with LibTorch's, or
// once in bf16 and once in fp32, in turn; prints CPU and wall seconds, their ratios, what both differ by, and where the
// time of the first goes.
//   step_times [side of the latents = 64] [rounds = 3] [threads = 2] [fp32 | bf16 | bf16-torch]
// bf16-torch: LibTorch's kernels in bf16 instead of ours in fp32.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
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
#include "core/weights/random_weights.h"

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

/// One of the two that are timed.
struct Contestant {
  const char* name;
  at::ScalarType type;
  bool ours;
};

std::array<Contestant, 2> contestants(const std::string& kind) {
  const Contestant fp32{"ours, fp32", at::kFloat, true};
  const Contestant bf16{"ours, bf16", at::kBFloat16, true};
  if (kind == "bf16") return {bf16, fp32};
  if (kind == "bf16-torch") return {bf16, {"LibTorch's, bf16", at::kBFloat16, false}};
  return {fp32, {"LibTorch's, fp32", at::kFloat, false}};
}

double median(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print_profile(int rounds) {
  std::vector<std::pair<double, std::string>> shares;
  shares.reserve(profile.size());
  for (const auto& [name, time] : profile) shares.emplace_back(time / rounds, name);
  std::sort(shares.rbegin(), shares.rend());
  for (const auto& [time, name] : shares) std::printf("%8.3f s  %s\n", time, name.c_str());
}

/// The largest, and the root of the mean square, each of what it is in `right`.
void print_difference(const at::Tensor& said, const at::Tensor& right) {
  const at::Tensor difference = said - right;
  std::printf("largest difference %.2g of %.2g, relative RMS %.2g\n", difference.abs().max().item<double>(),
              right.abs().max().item<double>(), (difference.norm() / right.norm()).item<double>());
}

}  // namespace

int main(int argc, char** argv) {
  const auto given = [&](int index, int otherwise) { return argc > index ? std::atoi(argv[index]) : otherwise; };
  const int side = given(1, 64);
  const int rounds = given(2, 3);
  at::set_num_threads(given(3, 2));
  const std::array<Contestant, 2> both = contestants(argc > 4 ? argv[4] : "fp32");
  const at::NoGradGuard guard;
  std::optional<KeptMemory> kept{std::in_place};
  const UnetConfig config = parse_unet_config(R"({"cross_attention_dim": 768, "sample_size": 64})", "config");
  const RandomWeights weights = RandomWeights::of<Unet>(config);
  const auto limit_for = [](const Contestant& one) {
    return one.ours ? nullptr : std::make_unique<detail::VectorLimit>(detail::VectorLimit::Most::Nothing);
  };
  std::array<std::optional<Unet>, 2> nets;
  for (const std::size_t i : {0, 1}) {
    at::manual_seed(1);
    const auto limit = limit_for(both[i]);
    nets[i].emplace(WeightScope(weights, {.type = both[i].type}), config);
  }
  const at::Tensor x = at::randn({2, 4, side, side});
  const at::Tensor context = at::randn({2, 77, 768});
  std::array<std::vector<double>, 2> cpu, wall;
  std::array<at::Tensor, 2> said;
  for (int round = 0; round < rounds + 1; ++round) {
    for (const std::size_t i : {0, 1}) {
      const auto limit = limit_for(both[i]);
      if (both[i].ours) kept.emplace();
      std::optional<at::CallbackHandle> handle;
      if (i == 0 && round > 0) handle = at::addThreadLocalCallback(at::RecordFunctionCallback(enter, leave));
      const Times start{seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC)};
      said[i] = (*nets[i])(x, at::full({1}, 500.0), context.to(both[i].type), {}, {}, {});
      const Times end{seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC)};
      if (handle) at::removeCallback(*handle);
      kept.reset();
      if (round == 0) continue;  // what is made once
      cpu[i].push_back(end.cpu - start.cpu);
      wall[i].push_back(end.wall - start.wall);
      std::printf("%s: %.2f CPU seconds, %.2f s\n", both[i].name, cpu[i].back(), wall[i].back());
    }
  }
  std::printf("median: %.3f CPU seconds of %.3f = %.3f; %.3f s of %.3f = %.3f\n", median(cpu[0]), median(cpu[1]),
              median(cpu[0]) / median(cpu[1]), median(wall[0]), median(wall[1]), median(wall[0]) / median(wall[1]));
  print_difference(said[0], said[1]);
  print_profile(rounds);
}
