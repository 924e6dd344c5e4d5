// Our kernels and LibTorch's own at the shapes of Stable Diffusion, in turn; whole networks likewise. Each line prints
// the time of ours, GFLOP/s, the roof (the faster of LibTorch's matrix products in the same minute) and the share of
// it, and what part of the rival's time ours is. Names of networks end with their rows of the list of goals
// (README.md).
//   kernel_times [--rounds 3] [--threads 2] [--device cpu|cuda] [--benchmark_filter=conv3x3]

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_int_mm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/full.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <CLI/CLI.hpp>
#include <benchmark/benchmark.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/dit_config.h"
#include "core/configs/model_config.h"
#include "core/device/kept_memory.h"
#include "core/local_engine/bench_roof.h"
#include "core/local_engine/compute_choice.h"
#include "core/local_engine/local_engine.h"
#include "core/local_engine/operator_watch.h"
#include "core/local_engine/precision_bench.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/dit.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/networks/unet.h"
#include "core/nn/attention.h"
#include "core/nn/conv2d.h"
#include "core/nn/norms.h"
#include "core/nn/vector_kernels.h"
#include "core/weights/random_weights.h"
#include "tests/bench/bench_main.h"

namespace {

using namespace tstitch;
using Work = std::function<at::Tensor()>;

struct Arguments {
  std::string device = "cpu";
  int rounds = 3, threads = 0;
};

at::Device device = at::kCPU;
std::vector<Precision> fast;  ///< what it has arithmetic for

/// Without arithmetic for it a kernel takes minutes.
bool is_fast(at::ScalarType type) {
  const Precision precision = type == at::kHalf ? Precision::Fp16 : Precision::Bf16;
  return (type != at::kHalf && type != at::kBFloat16) || std::find(fast.begin(), fast.end(), precision) != fast.end();
}

at::Tensor random(const std::vector<std::int64_t>& shape) {
  return at::randn(shape).to(device);
}

double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  static_cast<void>(work());
  wait_for(device);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Of the plain algorithm.
double gflop_of(const Work& work) {
  OperatorWatch watch(device);
  static_cast<void>(work());
  double sum = 0;
  for (const OperatorTime& each : watch.take()) sum += each.flop / 1e9;
  return sum;
}

struct Contest {
  Work ours;
  Work theirs = {};
  std::string rival = "LibTorch";
  at::ScalarType type = at::kFloat;  ///< of the roof
  std::optional<double> gflop = {};  ///< else counted
};

void in_turn(benchmark::State& state, const Contest& contest) {
  const KeptMemory kept;
  const double counted = gflop_of(contest.ours);
  const double gflop = contest.gflop.value_or(counted);
  if (contest.theirs) static_cast<void>(seconds_of(contest.theirs));
  std::vector<double> our_seconds;
  std::vector<double> their_seconds;
  for ([[maybe_unused]] const auto each : state) {
    our_seconds.push_back(seconds_of(contest.ours));
    state.SetIterationTime(our_seconds.back());
    if (contest.theirs) their_seconds.push_back(seconds_of(contest.theirs));
  }
  const double typical = median(our_seconds);
  if (gflop > 0) {
    const double roof = matrix_product_gflops(device, contest.type);
    state.counters["GFLOP"] = gflop;
    state.counters["GFLOP/s"] = gflop / typical;
    state.counters["roof"] = roof;
    state.counters["of_roof"] = gflop / typical / roof;
  }
  if (contest.theirs) state.counters["of_" + contest.rival] = typical / median(their_seconds);
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
  in_turn(state,
          {.ours = [&] { return layer(last); }, .theirs = [&] { return at::conv2d(x, weight, bias, 1, padding); }});
}

void linear(benchmark::State& state, std::int64_t rows, std::int64_t in, std::int64_t out) {
  const RandomWeights weights = layer_weights({out, in}, out);
  const Linear layer(WeightScope(weights, {}) / "norm", in, out);
  const at::Tensor x = at::randn({rows, in});
  const at::Tensor weight = weights.read("norm.weight", at::kFloat, {});
  const at::Tensor bias = weights.read("norm.bias", at::kFloat, {});
  in_turn(state, {.ours = [&] { return layer(x); }, .theirs = [&] { return at::linear(x, weight, bias); }});
}

void attend(benchmark::State& state, std::int64_t heads, std::int64_t width, std::int64_t queries, std::int64_t keys) {
  const at::Tensor q = at::randn({2, queries, heads * width});
  const at::Tensor k = at::randn({2, keys, heads * width});
  const auto parted = [&](const at::Tensor& x) { return x.unflatten(-1, {heads, width}).transpose(1, 2); };
  in_turn(state, {.ours = [&] { return attention(q, k, k, {.heads = heads}); },
                  .theirs = [&] { return at::scaled_dot_product_attention(parted(q), parted(k), parted(k)); }});
}

void group_norm(benchmark::State& state, std::int64_t channels, std::int64_t side) {
  constexpr std::int64_t kGroups = 32;
  constexpr double kEps = 1e-5;
  const RandomWeights weights = layer_weights({channels}, channels);
  const GroupNorm layer(WeightScope(weights, {}) / "norm", kGroups, channels, kEps);
  const at::Tensor x = at::randn({2, channels, side, side});
  const at::Tensor last = x.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor scale = at::ones({channels});
  in_turn(state, {.ours = [&] { return layer.then_silu(last); },
                  .theirs = [&] { return at::silu(at::group_norm(x, kGroups, scale, scale, kEps)); }});
}

/// The same network built otherwise.
struct Rival {
  std::string name;
  BuildOptions build;
};

/// LibTorch's kernels and layouts, as it runs them eagerly.
Rival eager() {
  return {"LibTorch", {.device = device, .fast_paths = FastPaths::Off}};
}

template <class Network, class Config, class Call>
void network(benchmark::State& state, const Config& config, at::ScalarType type, const Rival& rival, const Call& call) {
  const auto weights = RandomWeights::of<Network>(config);
  const Network ours(WeightScope(weights, {.type = type, .device = device}), config);
  const Network theirs(WeightScope(weights, rival.build), config);
  in_turn(state, {.ours = [&] { return call(ours, type); },
                  .theirs = [&] { return call(theirs, rival.build.type); },
                  .rival = rival.name,
                  .type = type});
}

void unet_forward(benchmark::State& state, const char* config_text, at::ScalarType type, const Rival& rival) {
  if (!is_fast(type)) return state.SkipWithError("no arithmetic for it here");
  const UnetConfig config = parse_unet_config(config_text, "config");
  const at::Tensor x = random({1, 4, 64, 64});
  const at::Tensor context = random({1, 77, 768});
  const at::Tensor time = at::full({1}, 500.0).to(device);
  network<Unet>(state, config, type, rival, [&](const Unet& net, at::ScalarType of_context) {
    return net(x, time, context.to(of_context), {}, {}, {});
  });
}

constexpr const char* kSd15 = R"({"cross_attention_dim": 768, "sample_size": 64})";
constexpr const char* kBkTiny = R"({"cross_attention_dim": 768, "sample_size": 64, "layers_per_block": 1,
  "block_out_channels": [320, 640, 1280], "mid_block_type": null,
  "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
  "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]})";

void vae_decode(benchmark::State& state, std::int64_t side) {
  VaeConfig config;
  config.block_out_channels = {128, 256, 512, 512};
  config.layers_per_block = 2;
  const at::Tensor z = random({1, 4, side / 8, side / 8});
  network<KlDecoder>(state, config, at::kFloat, eager(),
                     [&](const KlDecoder& net, at::ScalarType /*type*/) { return net(z, {}); });
}

void taesd_decode(benchmark::State& state, std::int64_t side) {
  const at::Tensor z = random({1, 4, side / 8, side / 8});
  network<TinyDecoder>(state, TinyVaeConfig{}, at::kFloat, eager(),
                       [&](const TinyDecoder& net, at::ScalarType /*type*/) { return net(z, {}); });
}

void dit_step(benchmark::State& state, int layers, int heads, int head_width) {
  DitConfig config;
  config.layers = layers;
  config.heads = heads;
  config.head_width = head_width;
  const at::Tensor x = random({2, 4, 32, 32});
  const at::Tensor labels = at::full({2}, 7, at::kLong).to(device);
  const at::Tensor time = at::full({1}, 500.0).to(device);
  network<Dit>(state, config, at::kFloat, eager(),
               [&](const Dit& net, at::ScalarType /*type*/) { return net(x, time, labels, {}); });
}

/// LibTorch's matrix products beside its fp32: what a precision can give at most.
void product(benchmark::State& state, at::ScalarType type) {
  if (!is_fast(type)) return state.SkipWithError("no arithmetic for it here");
  const std::int64_t side = device.is_cpu() ? 1536 : 8192;
  const at::Tensor floats = random({side, side});
  const at::Tensor a = type == at::kChar ? at::randint(-127, 127, {side, side}, at::kChar).to(device) : floats.to(type);
  in_turn(state, {.ours = [&] { return type == at::kChar ? at::_int_mm(a, a) : at::matmul(a, a); },
                  .theirs = [&] { return at::matmul(floats, floats); },
                  .rival = "fp32",
                  .gflop = 2e-9 * static_cast<double>(side * side * side)});
}

/// What `--precision auto` measures, and how long the others would take.
void automatic_precision(benchmark::State& state) {
  std::vector<MeasuredPrecision> measured;
  for ([[maybe_unused]] const auto each : state) {
    measured = measure_precisions(fast);
    const Precision chosen = fastest_within_bound(measured);
    const auto taken = std::find_if(measured.begin(), measured.end(),
                                    [&](const MeasuredPrecision& one) { return one.precision == chosen; });
    state.SetIterationTime(taken->seconds);
    for (const MeasuredPrecision& one : measured) {
      state.counters[concat(name_of(one.precision), "/auto")] = one.seconds / taken->seconds;
    }
  }
}

template <class Measure>
benchmark::internal::Benchmark* add(const std::string& name, const Measure& measure) {
  const auto told = [measure](benchmark::State& state) {
    try {
      measure(state);
    } catch (const std::exception& error) {  // no such kernel, or no memory for it: the rows after it are measured
      state.SkipWithError(error.what());
    }
  };
  return benchmark::RegisterBenchmark(name.c_str(), told)->UseManualTime()->Unit(benchmark::kMillisecond);
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

void add_precisions() {
  using Named = std::pair<const char*, at::ScalarType>;
  for (const auto& [name, type] :
       {Named{"fp32", at::kFloat}, Named{"bf16", at::kBFloat16}, Named{"fp16", at::kHalf}, Named{"int8", at::kChar}}) {
    add(concat("product_", name, ":C4"), [type = type](benchmark::State& state) { product(state, type); });
  }
}

void add_networks(int rounds) {
  const auto add_whole = [rounds](const char* name, const auto& measure) {
    add(concat("network/", name), measure)->Iterations(rounds);
  };
  add_whole("sd15_forward:C1,C3", [](benchmark::State& state) { unet_forward(state, kSd15, at::kFloat, eager()); });
  add_whole("bk_tiny_forward", [](benchmark::State& state) { unet_forward(state, kBkTiny, at::kFloat, eager()); });
  const auto beside_fp32 = [](at::ScalarType type) {
    return [type](benchmark::State& state) { unet_forward(state, kSd15, type, {"fp32", {.device = device}}); };
  };
  add_whole("sd15_bf16:C4", beside_fp32(at::kBFloat16));
  add_whole("sd15_fp16:C4", beside_fp32(at::kHalf));
  add_whole("vae_decode_512:C6,G12", [](benchmark::State& state) { vae_decode(state, 512); });
  add_whole("taesd_decode_512:C6", [](benchmark::State& state) { taesd_decode(state, 512); });
  if (!device.is_cpu()) {
    add_whole("vae_decode_1024:G12", [](benchmark::State& state) { vae_decode(state, 1024); });
  }
  add_whole("dit_xl_2_step:C7,G9", [](benchmark::State& state) { dit_step(state, 28, 16, 72); });
  add_whole("dit_s_2_step:C7,G10", [](benchmark::State& state) { dit_step(state, 12, 6, 64); });
  if (device.is_cpu()) add("auto:C4", automatic_precision)->Iterations(1);
}

void choose_device_named(const Arguments& arguments) {
  RunSettings settings;
  settings.device = arguments.device == "cuda" ? DeviceKind::Cuda : DeviceKind::Cpu;
  settings.threads = arguments.threads;
  const LocalEngineOptions installed = installed_engine_options(user_places(std::nullopt));
  const ComputeChoice choice = choose_compute(settings, installed.plugins, installed.torch_libraries);
  choice.use_threads();
  device = choice.device;
  fast = fast_precisions(settings, installed.plugins, installed.torch_libraries);
}

int run(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Times kernels and networks beside LibTorch's own, and tells the machine's roof.");
  app.add_option("--rounds", arguments.rounds, "of a network (default 3)")->check(CLI::PositiveNumber);
  app.add_option("--threads", arguments.threads, "compute threads (default: the cores this process may use)");
  app.add_option("--device", arguments.device, "cpu or cuda: networks and products alone")
      ->check(CLI::IsMember({"cpu", "cuda"}));
  app.allow_extras();
  CLI11_PARSE(app, argc, argv);
  std::vector<std::string> rest = app.remaining();
  rest.insert(rest.begin(), *argv);
  std::vector<char*> words;
  words.reserve(rest.size());
  for (std::string& word : rest) words.push_back(word.data());
  int count = static_cast<int>(words.size());
  benchmark::Initialize(&count, words.data());
  if (benchmark::ReportUnrecognizedArguments(count, words.data())) return 2;
  const at::NoGradGuard guard;
  choose_device_named(arguments);
  if (device.is_cpu()) {
    add_convolutions();
    add_layers();
  }
  add_precisions();
  add_networks(arguments.rounds);
  std::cout << std::unitbuf;  // a row is there when it is measured, also where the next one is never
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench_main("kernel_times", argc, argv, run);
}
