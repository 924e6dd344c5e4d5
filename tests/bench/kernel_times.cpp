// Our kernels and LibTorch's own at the shapes of Stable Diffusion, in turn; whole networks likewise. Each line prints
// the time of ours, GFLOP/s, the share of the roof (oneDNN's matrix product in the same minute) and what part of
// LibTorch's time ours is. Rows C1, C3, C4, C6 and C7 of the list of goals are the networks.
//   kernel_times [--benchmark_filter=conv3x3]

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/full.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <benchmark/benchmark.h>

#include "core/base/text.h"
#include "core/configs/dit_config.h"
#include "core/configs/model_config.h"
#include "core/device/kept_memory.h"
#include "core/local_engine/operator_watch.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/dit.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/networks/unet.h"
#include "core/nn/attention.h"
#include "core/nn/conv2d.h"
#include "core/nn/norms.h"
#include "core/nn/prepacking.h"
#include "core/nn/vector_kernels.h"
#include "tests/bench/random_weights.h"

namespace {

using namespace tstitch;
using Work = std::function<at::Tensor()>;

double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  static_cast<void>(work());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double roof_gflops() {
  constexpr std::int64_t kSide = 1536;
  const at::Tensor a = at::ones({kSide, kSide});
  const at::Tensor packed = detail::prepack_linear(a);
  const Work product = [&] { return detail::prepacked_linear(a, packed, {}); };
  double least = seconds_of(product);
  for (int i = 0; i < 4; ++i) least = std::min(least, seconds_of(product));
  return 2.0 * kSide * kSide * kSide / least / 1e9;
}

/// Of the plain algorithm.
double gflop_of(const Work& work) {
  OperatorWatch watch(at::kCPU);
  static_cast<void>(work());
  double sum = 0;
  for (const OperatorTime& each : watch.take()) sum += each.flop / 1e9;
  return sum;
}

/// `theirs` may be empty.
void in_turn(benchmark::State& state, const Work& ours, const Work& theirs) {
  const KeptMemory kept;
  const double gflop = gflop_of(ours);
  if (theirs) static_cast<void>(theirs());
  std::vector<double> our_seconds;
  std::vector<double> their_seconds;
  for ([[maybe_unused]] const auto each : state) {
    our_seconds.push_back(seconds_of(ours));
    state.SetIterationTime(our_seconds.back());
    if (theirs) their_seconds.push_back(seconds_of(theirs));
  }
  const double typical = median(our_seconds);
  if (gflop > 0) {
    state.counters["GFLOP"] = gflop;
    state.counters["GFLOP/s"] = gflop / typical;
    state.counters["of_roof"] = gflop / typical / roof_gflops();
  }
  if (theirs) state.counters["of_LibTorch"] = typical / median(their_seconds);
}

/// One layer's tensors, named as the layer takes them.
RandomWeights layer_weights(std::vector<std::int64_t> weight, std::int64_t bias) {
  return RandomWeights({{"norm.weight", std::move(weight)}, {"norm.bias", {bias}}});
}

struct ConvolutionShape {
  std::int64_t in, out, side, kernel;
};

void convolution(benchmark::State& state, const ConvolutionShape& shape, bool direct) {
  std::optional<detail::VectorLimit> limit;
  if (direct) limit.emplace(detail::VectorLimit::Most::Nothing);
  const RandomWeights weights = layer_weights({shape.out, shape.in, shape.kernel, shape.kernel}, shape.out);
  const std::int64_t padding = shape.kernel / 2;
  const Conv2d layer(WeightScope(weights, {}) / "norm",
                     {.in = shape.in, .out = shape.out, .kernel = shape.kernel, .padding = padding});
  const at::Tensor x = at::randn({2, shape.in, shape.side, shape.side});
  const at::Tensor last = x.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor weight = weights.read("norm.weight", at::kFloat, {});
  const at::Tensor bias = weights.read("norm.bias", at::kFloat, {});
  in_turn(
      state, [&] { return layer(last); }, [&] { return at::conv2d(x, weight, bias, 1, padding); });
}

void linear(benchmark::State& state, std::int64_t rows, std::int64_t in, std::int64_t out) {
  const RandomWeights weights = layer_weights({out, in}, out);
  const Linear layer(WeightScope(weights, {}) / "norm", in, out);
  const at::Tensor x = at::randn({rows, in});
  const at::Tensor weight = weights.read("norm.weight", at::kFloat, {});
  const at::Tensor bias = weights.read("norm.bias", at::kFloat, {});
  in_turn(
      state, [&] { return layer(x); }, [&] { return at::linear(x, weight, bias); });
}

void attend(benchmark::State& state, std::int64_t heads, std::int64_t width, std::int64_t queries, std::int64_t keys) {
  const at::Tensor q = at::randn({2, queries, heads * width});
  const at::Tensor k = at::randn({2, keys, heads * width});
  const auto parted = [&](const at::Tensor& x) { return x.unflatten(-1, {heads, width}).transpose(1, 2); };
  in_turn(
      state, [&] { return attention(q, k, k, {.heads = heads}); },
      [&] { return at::scaled_dot_product_attention(parted(q), parted(k), parted(k)); });
}

void group_norm(benchmark::State& state, std::int64_t channels, std::int64_t side) {
  constexpr std::int64_t kGroups = 32;
  constexpr double kEps = 1e-5;
  const RandomWeights weights = layer_weights({channels}, channels);
  const GroupNorm layer(WeightScope(weights, {}) / "norm", kGroups, channels, kEps);
  const at::Tensor x = at::randn({2, channels, side, side});
  const at::Tensor last = x.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor scale = at::ones({channels});
  in_turn(
      state, [&] { return layer.then_silu(last); },
      [&] { return at::silu(at::group_norm(x, kGroups, scale, scale, kEps)); });
}

/// Compares with the same network built otherwise; `Off` is LibTorch's kernels and layouts, as it runs them eagerly.
template <class Network, class Config, class Call>
void network(benchmark::State& state, const Config& config, const Call& call,
             const std::optional<BuildOptions>& other) {
  const RandomWeights weights = RandomWeights::of<Network>(config);
  const Network ours(WeightScope(weights, {}), config);
  std::optional<Network> theirs;
  if (other) theirs.emplace(WeightScope(weights, *other), config);
  const Work none;
  in_turn(
      state, [&] { return call(ours); }, other ? Work([&] { return call(*theirs); }) : none);
}

const BuildOptions kPlain{.fast_paths = FastPaths::Off};

void sd15_forward(benchmark::State& state, std::int64_t batch, const BuildOptions& other) {
  const UnetConfig config = parse_unet_config(R"({"cross_attention_dim": 768, "sample_size": 64})", "config");
  const at::Tensor x = at::randn({batch, 4, 64, 64});
  const at::Tensor context = at::randn({batch, 77, 768});
  network<Unet>(
      state, config, [&](const Unet& net) { return net(x, at::full({1}, 500.0), context, {}, {}, {}); }, other);
}

void vae_decode(benchmark::State& state) {
  VaeConfig config;
  config.block_out_channels = {128, 256, 512, 512};
  config.layers_per_block = 2;
  const at::Tensor z = at::randn({1, 4, 64, 64});
  network<KlDecoder>(
      state, config, [&](const KlDecoder& net) { return net(z, {}); }, kPlain);
}

void taesd_decode(benchmark::State& state) {
  const at::Tensor z = at::randn({1, 4, 64, 64});
  network<TinyDecoder>(
      state, TinyVaeConfig{}, [&](const TinyDecoder& net) { return net(z, {}); }, kPlain);
}

void dit_step(benchmark::State& state, int layers, int heads, int head_width) {
  DitConfig config;
  config.layers = layers;
  config.heads = heads;
  config.head_width = head_width;
  const at::Tensor x = at::randn({2, 4, 32, 32});
  const at::Tensor labels = at::full({2}, 7, at::kLong);
  network<Dit>(
      state, config, [&](const Dit& net) { return net(x, at::full({1}, 500.0), labels, {}); }, kPlain);
}

template <class Measure>
benchmark::internal::Benchmark* add(const std::string& name, const Measure& measure) {
  return benchmark::RegisterBenchmark(name.c_str(), measure)->UseManualTime()->Unit(benchmark::kMillisecond);
}

void add_convolutions() {
  for (const ConvolutionShape& shape : std::initializer_list<ConvolutionShape>{{320, 320, 64, 3},
                                                                               {960, 320, 64, 3},
                                                                               {640, 640, 32, 3},
                                                                               {1280, 1280, 16, 3},
                                                                               {2560, 1280, 16, 3},
                                                                               {1280, 1280, 8, 3},
                                                                               {640, 320, 64, 1},
                                                                               {1920, 640, 32, 1},
                                                                               {2560, 1280, 8, 1}}) {
    const std::string kernel = shape.kernel == 1 ? "conv1x1" : "conv3x3";
    const std::string sides = concat("/", shape.in, "to", shape.out, "@", shape.side);
    add(concat(kernel, sides), [=](benchmark::State& state) { convolution(state, shape, false); });
    if (shape.kernel == 3) {
      add(concat(kernel, "_direct", sides), [=](benchmark::State& state) { convolution(state, shape, true); });
    }
  }
}

void add_layers() {
  using Three = std::array<std::int64_t, 3>;
  for (const auto& [rows, in, out] : {Three{8192, 320, 320}, Three{8192, 320, 2560}, Three{8192, 1280, 320},
                                      Three{2048, 640, 640}, Three{2048, 640, 5120}, Three{2048, 2560, 640},
                                      Three{512, 1280, 10240}, Three{512, 5120, 1280}, Three{154, 768, 640}}) {
    add(concat("linear/", rows, "x", in, "to", out),
        [rows = rows, in = in, out = out](benchmark::State& state) { linear(state, rows, in, out); });
  }
  using Four = std::array<std::int64_t, 4>;
  for (const auto& [heads, width, queries, keys] :
       {Four{8, 40, 4096, 4096}, Four{8, 80, 1024, 1024}, Four{8, 160, 256, 256}, Four{8, 40, 4096, 77},
        Four{8, 80, 1024, 77}, Four{10, 64, 4096, 4096}, Four{20, 64, 1024, 1024}}) {
    add(concat("attention", width, "/", queries, "x", keys),
        [heads = heads, width = width, queries = queries, keys = keys](benchmark::State& state) {
          attend(state, heads, width, queries, keys);
        });
  }
  using Two = std::array<std::int64_t, 2>;
  for (const auto& [channels, side] : {Two{320, 64}, Two{960, 64}, Two{640, 32}, Two{1280, 16}}) {
    add(concat("group_norm_silu/", channels, "@", side),
        [channels = channels, side = side](benchmark::State& state) { group_norm(state, channels, side); });
  }
}

void add_networks() {
  const auto add_whole = [](const char* name, const auto& measure) { add(name, measure)->Iterations(3); };
  add_whole("network/sd15_forward(C1,C3)", [](benchmark::State& state) { sd15_forward(state, 1, kPlain); });
  add_whole("network/sd15_fp32_of_bf16(C4)",
            [](benchmark::State& state) { sd15_forward(state, 1, {.type = at::kBFloat16}); });
  add_whole("network/vae_decode_512(C6)", vae_decode);
  add_whole("network/taesd_decode_512(C6)", taesd_decode);
  add_whole("network/dit_xl_2_step(C7)", [](benchmark::State& state) { dit_step(state, 28, 16, 72); });
  add_whole("network/dit_s_2_step(C7)", [](benchmark::State& state) { dit_step(state, 12, 6, 64); });
}

}  // namespace

int main(int argc, char** argv) {
  const at::NoGradGuard guard;
  add_convolutions();
  add_layers();
  add_networks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
