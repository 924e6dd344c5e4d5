#include "core/local_engine/operator_watch.h"

#include <numeric>
#include <string_view>

#include <ATen/ops/conv2d.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <gtest/gtest.h>

#include "core/nn/attention.h"
#include "core/nn/conv2d.h"
#include "core/nn/norms.h"
#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

using Times = std::vector<OperatorTime>;

const OperatorTime* find(const Times& times, std::string_view name) {
  for (const OperatorTime& each : times) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

/// Of all kinds whose names begin so, whichever kernels this processor has.
double flop_of(const Times& times, std::string_view beginning) {
  return std::accumulate(times.begin(), times.end(), 0.0, [&](double sum, const OperatorTime& each) {
    return each.name.starts_with(beginning) ? sum + each.flop : sum;
  });
}

TEST(OperatorWatch, countsTheWorkOfLibTorchsOperators) {
  OperatorWatch watch(at::kCPU);
  static_cast<void>(at::conv2d(at::ones({2, 3, 8, 6}), at::ones({5, 3, 3, 3}), at::ones({5}), 2, 1));
  static_cast<void>(at::linear(at::ones({2, 7, 4}), at::ones({6, 4}), at::ones({6})));
  static_cast<void>(at::linear(at::ones({2, 7, 4}), at::ones({6, 4})));
  static_cast<void>(at::matmul(at::ones({3, 4}), at::ones({4, 5})));
  static_cast<void>(
      at::scaled_dot_product_attention(at::ones({2, 3, 9, 4}), at::ones({2, 3, 5, 4}), at::ones({2, 3, 5, 4})));
  static_cast<void>(at::silu(at::ones({9})));
  const Times times = watch.take();
  const auto expect = [&](const char* name, int calls, double flop) {
    const OperatorTime* time = find(times, name);
    ASSERT_NE(time, nullptr) << name;
    EXPECT_EQ(time->calls, calls) << name;
    EXPECT_EQ(time->flop, flop) << name;
    EXPECT_GE(time->seconds, 0) << name;
  };
  expect("convolution 3x3 (LibTorch)", 1, 2.0 * (2 * 5 * 4 * 3) * (3 * 3 * 3));
  expect("linear (LibTorch)", 2, 2 * 2.0 * (2 * 7) * 4 * 6);
  expect("matrix product (LibTorch)", 1, 2.0 * 3 * 4 * 5);
  expect("attention (LibTorch)", 1, 2 * 2.0 * (2 * 3 * 9 * 4) * 5);
  expect("activation", 1, 0);
}

TEST(OperatorWatch, countsTheWorkOfLayersWhateverKernelTheyTake) {
  const test::TensorWeights source({{"wide.weight", test::generated_tensor("weight", {64, 32, 3, 3}, 1)},
                                    {"wide.bias", test::generated_tensor("bias", {64}, 1)},
                                    {"odd.weight", test::generated_tensor("weight", {7, 5, 3, 3}, 1)},
                                    {"odd.bias", test::generated_tensor("bias", {7}, 1)},
                                    {"point.weight", test::generated_tensor("weight", {16, 32, 1, 1}, 1)},
                                    {"point.bias", test::generated_tensor("bias", {16}, 1)},
                                    {"norm.weight", test::generated_tensor("norm.weight", {32}, 1)},
                                    {"norm.bias", test::generated_tensor("norm.bias", {32}, 1)},
                                    {"linear.weight", test::generated_tensor("weight", {24, 32}, 1)},
                                    {"linear.bias", test::generated_tensor("bias", {24}, 1)}});
  const WeightScope root(source, {});
  const Conv2d wide(root / "wide", {.in = 32, .out = 64});
  const Conv2d odd(root / "odd", {.in = 5, .out = 7});
  const Conv2d point(root / "point", {.in = 32, .out = 16, .kernel = 1, .padding = 0});
  const GroupNorm norm(root / "norm", 4, 32, 1e-5);
  const Linear linear(root / "linear", 32, 24);
  const at::Tensor x = test::generated_tensor("x.weight", {2, 32, 10, 6}, 2);
  const at::Tensor tokens = test::generated_tensor("t.weight", {2, 60, 32}, 2);
  OperatorWatch watch(at::kCPU);
  static_cast<void>(wide(x));
  static_cast<void>(odd(x.narrow(1, 0, 5)));
  static_cast<void>(point(norm.then_silu(x.contiguous(at::MemoryFormat::ChannelsLast))));
  static_cast<void>(linear(tokens));
  static_cast<void>(attention(tokens, tokens, tokens, {.heads = 4}));
  const Times times = watch.take();
  EXPECT_EQ(flop_of(times, "convolution 3x3"), 2.0 * 120 * 9 * (64 * 32 + 7 * 5));
  EXPECT_EQ(flop_of(times, "convolution 1x1"), 2.0 * 120 * 16 * 32);
  EXPECT_EQ(flop_of(times, "linear"), 2.0 * 120 * 24 * 32);
  EXPECT_EQ(flop_of(times, "attention"), 2.0 * 2 * (2 * 60 * 32) * 60);
  EXPECT_EQ(flop_of(times, "group norm"), 0);
  EXPECT_TRUE(find(times, "group norm (channels last)"));
}

TEST(OperatorWatch, countsWhatIsCalledOutermostAndLetsGoOfItWhenTaken) {
  const at::Tensor a = at::ones({4, 4});
  {
    OperatorWatch watch(at::kCPU);
    static_cast<void>(at::linear(a, a));
    const Times times = watch.take();
    ASSERT_EQ(times.size(), 1U);
    EXPECT_EQ(times[0].name, "linear (LibTorch)");
    EXPECT_TRUE(watch.take().empty());
    EXPECT_THROW(static_cast<void>(at::matmul(a, at::ones({3, 4}))), std::exception);
    static_cast<void>(at::matmul(a, a));
    static_cast<void>(at::hardtanh(a));
    const Times after = watch.take();
    ASSERT_TRUE(find(after, "matrix product (LibTorch)")) << "one that threw does not end the watch";
    EXPECT_TRUE(find(after, "aten::hardtanh")) << "what has no name of ours keeps LibTorch's";
  }
  static_cast<void>(at::linear(a, a));
  OperatorWatch next(at::kCPU);
  EXPECT_TRUE(next.take().empty()) << "nobody watched";
}

}  // namespace
}  // namespace tstitch
