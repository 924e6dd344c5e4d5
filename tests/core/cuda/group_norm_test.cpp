#include "core/cuda/kernels/group_norm.h"

#include <string>
#include <vector>

#include <ATen/ops/group_norm.h>
#include <ATen/ops/silu.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/cuda/kernels/launch.h"
#include "tests/support/generated_weights.h"
#include "tests/support/host_grid.h"
#include "tests/support/kernel_tensors.h"

namespace tstitch {
namespace {

using test::Fenced;
using test::HostLauncher;
using test::ThreadOrder;

constexpr double kEps = 1e-5;

struct Shape {
  std::int64_t samples;
  std::int64_t height;
  std::int64_t width;
  std::int64_t channels;
  std::int64_t groups;

  [[nodiscard]] std::string text() const {
    return concat(samples, " x ", height, " x ", width, ", ", channels, " channels in ", groups);
  }
  [[nodiscard]] bool is_whole() const {
    return cuda::GroupNormCut::of(height * width, static_cast<int>(channels), static_cast<int>(groups)).whole;
  }
};

struct Inputs {
  Shape shape;
  at::Tensor x;  ///< [samples, height, width, channels]
  at::Tensor weight;
  at::Tensor bias;

  static Inputs of(const Shape& shape, at::ScalarType type, double mean = 0.5) {
    const auto generated = [&](const char* name, const std::vector<std::int64_t>& sizes) {
      return test::generated_tensor(name, sizes, 7);
    };
    const at::Tensor x = generated("input.weight", {shape.samples, shape.height, shape.width, shape.channels});
    return {shape, (x / x.abs().max() * 3 + mean).to(type),
            (generated("norm.weight", {shape.channels}) * 2 + 0.25).to(type),
            generated("norm.bias", {shape.channels}).to(type)};
  }

  /// LibTorch's, in doubles and channels first.
  [[nodiscard]] at::Tensor expected(bool silu) const {
    const at::Tensor first = x.to(at::kDouble).permute({0, 3, 1, 2}).contiguous();
    const at::Tensor normed = at::group_norm(first, shape.groups, weight.to(at::kDouble), bias.to(at::kDouble), kEps);
    return (silu ? at::silu(normed) : normed).permute({0, 2, 3, 1}).contiguous();
  }
};

/// What the host's build of the kernels makes, x lying `offset` elements off.
at::Tensor normed(const HostLauncher& launcher, const Inputs& in, bool silu, std::int64_t offset = 0) {
  const Fenced x(in.x, offset);
  const Fenced weight(in.weight);
  const Fenced bias(in.bias);
  const Fenced y(in.x.numel(), in.x.scalar_type());
  TstitchGroupNorm of{};
  of.element = test::element_of(in.x.scalar_type());
  of.silu = silu ? 1 : 0;
  of.x = x.data();
  of.weight = weight.data();
  of.bias = bias.data();
  of.y = y.data();
  of.samples = in.shape.samples;
  of.rows = in.shape.height * in.shape.width;
  of.channels = static_cast<std::int32_t>(in.shape.channels);
  of.groups = static_cast<std::int32_t>(in.shape.groups);
  of.eps = static_cast<float>(kEps);
  const Fenced workspace(static_cast<std::int64_t>(cuda::workspace_bytes(of) / sizeof(float)), at::kFloat);
  of.workspace = workspace.data();
  cuda::launch(launcher, of);
  EXPECT_TRUE(y.is_intact() && workspace.is_intact()) << "something was written beside its place";
  EXPECT_TRUE(at::equal(x.inside().view(in.x.sizes()), in.x)) << "the input was written to";
  return y.inside().view(in.x.sizes()).clone();
}

const std::vector<Shape> kWhole{
    {1, 1, 1, 32, 32},    // one element a group
    {2, 5, 7, 96, 32},    // odd sides
    {3, 1, 2, 64, 32},    // less than threads
    {1, 3, 3, 30, 5},     // no packs
    {2, 4, 4, 6, 3},      //
    {1, 1, 3, 600, 2},    // a group wider than its threads
    {1, 16, 16, 160, 4},  //
    {1, 128, 129, 6, 3},  // large, but no packs
    {1, 9, 9, 8192, 4},   // more channels than a block has lanes for
};

const std::vector<Shape> kInChunks{
    {1, 64, 65, 320, 32},   // packs that reach over two groups
    {1, 129, 129, 32, 32},  // one channel a group
    {3, 96, 91, 8, 4},      //
    {1, 21, 20, 2560, 32},  // one row at a time
    {2, 37, 61, 32, 2},     // a last chunk of few rows
    {1, 53, 79, 4, 1},      // one lane
};

void expect_libtorchs(const Shape& shape) {
  for (const at::ScalarType type : test::kElements) {
    const Inputs in = Inputs::of(shape, type);
    EXPECT_TRUE(test::is_rounded(normed(HostLauncher(), in, true), in.expected(true))) << shape.text() << " " << type;
  }
}

TEST(GroupNormKernels, OfWholeGroupsAreLibTorchsInEveryType) {
  for (const Shape& shape : kWhole) {
    EXPECT_TRUE(shape.is_whole()) << shape.text();
    expect_libtorchs(shape);
  }
}

TEST(GroupNormKernels, OfChunksAreLibTorchsInEveryType) {
  for (const Shape& shape : kInChunks) {
    EXPECT_FALSE(shape.is_whole()) << shape.text();
    expect_libtorchs(shape);
  }
}

TEST(GroupNormKernels, WithoutSilu) {
  for (const Shape& shape : {kWhole[1], kInChunks[4]}) {
    const Inputs in = Inputs::of(shape, at::kFloat);
    EXPECT_TRUE(test::is_rounded(normed(HostLauncher(), in, false), in.expected(false))) << shape.text();
  }
}

/// Of sums of squares nothing would be left here.
TEST(GroupNormKernels, KeepTheDeviationBesideALargeMean) {
  for (const Shape& shape : {kWhole[1], kInChunks[4]}) {
    const Inputs in = Inputs::of(shape, at::kFloat, 3000);
    EXPECT_TRUE(test::is_rounded(normed(HostLauncher(), in, false), in.expected(false), 1e-3)) << shape.text();
  }
}

TEST(GroupNormKernels, TakeMemoryThatNoPackMayLieIn) {
  for (const at::ScalarType type : test::kElements) {
    const Inputs in = Inputs::of(kInChunks[4], type);
    EXPECT_TRUE(test::is_rounded(normed(HostLauncher(), in, true, 1), in.expected(true))) << type;
  }
}

TEST(GroupNormKernels, MayWriteOverTheirInput) {
  for (const Shape& shape : {kWhole[1], kInChunks[4]}) {
    const Inputs in = Inputs::of(shape, at::kFloat);
    const Fenced x(in.x);
    std::vector<float> workspace(1 << 16);
    cuda::group_norm(
        HostLauncher(),
        cuda::GroupNormTensors<float>{static_cast<const float*>(x.data()), in.weight.data_ptr<float>(),
                                      in.bias.data_ptr<float>(), static_cast<float*>(x.data()), shape.samples,
                                      shape.height * shape.width, static_cast<int>(shape.channels),
                                      static_cast<int>(shape.groups), static_cast<float>(kEps), false},
        workspace.data());
    EXPECT_TRUE(test::is_rounded(x.inside(), in.expected(false))) << shape.text();
  }
}

TEST(GroupNormKernels, AskForNoOrderOfTheirThreads) {
  for (const Shape& shape : {kWhole[1], kInChunks[4]}) {
    const Inputs in = Inputs::of(shape, at::kHalf);
    const at::Tensor rising = normed(HostLauncher(), in, true);
    for (const ThreadOrder order : {ThreadOrder::Falling, ThreadOrder::Shuffled}) {
      EXPECT_TRUE(at::equal(normed(HostLauncher({order, {}}), in, true), rising)) << shape.text();
    }
  }
}

/// Whether a run without that barrier gives something else in any order.
bool is_missed(const HostLauncher::Forgotten& forgotten, const Inputs& in, const at::Tensor& right) {
  for (const ThreadOrder order : {ThreadOrder::Rising, ThreadOrder::Falling, ThreadOrder::Shuffled}) {
    if (!at::equal(normed(HostLauncher({order, forgotten}), in, false), right)) return true;
  }
  return false;
}

/// In a shape of which each thread of that launch has something.
void expect_barriers(const Shape& shape, std::size_t launch, const std::vector<int>& expected) {
  const Inputs in = Inputs::of(shape, at::kFloat);
  const HostLauncher launcher;
  const at::Tensor right = normed(launcher, in, false);
  EXPECT_EQ(launcher.barriers(), expected);
  for (int barrier = 0; barrier < expected[launch]; ++barrier) {
    EXPECT_TRUE(is_missed({static_cast<int>(launch), barrier}, in, right)) << shape.text() << ": " << barrier;
  }
}

TEST(GroupNormKernels, ShowEachForgottenBarrier) {
  expect_barriers({1, 16, 16, 9, 3}, 0, {9});
  expect_barriers(kInChunks[4], 0, {2, 6, 0});
  expect_barriers({1, 257, 1, 2048, 32}, 1, {2, 6, 0});
}

TEST(GroupNormKernels, ShowGroupsOfAWrongWidth) {
  for (const Shape& shape : {kWhole[1], kInChunks[4]}) {
    Inputs in = Inputs::of(shape, at::kFloat);
    const at::Tensor right = in.expected(false);
    in.shape.groups = shape.groups / 2;
    EXPECT_FALSE(test::is_rounded(normed(HostLauncher(), in, false), right)) << shape.text();
  }
}

TEST(HostGrid, SaysWhereSomeThreadsLeaveABarrier) {
  const auto leaving = [](int thread) {
    if (thread != 2) test::HostThreads::barrier();
  };
  EXPECT_THROW(test::HostThreads::run(4, ThreadOrder::Rising, leaving), std::logic_error);
}

}  // namespace
}  // namespace tstitch
