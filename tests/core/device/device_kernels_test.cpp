#include "core/device/device_kernels.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/silu.h>
#include <gtest/gtest.h>

#include "tests/support/generated_weights.h"
#include "tests/support/host_kernels.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

at::Tensor values(const char* name, const std::vector<std::int64_t>& shape) {
  const at::Tensor plain = test::generated_tensor(name, shape, 4);
  return plain / plain.abs().max();
}

TEST(DeviceKernels, AreNoneUntilSomeAreOffered) {
  const at::Tensor x = values("x.weight", {1, 8, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor weight = values("weight", {8});
  EXPECT_FALSE(has_device_kernels(x));
  EXPECT_FALSE(device_group_norm(x, 2, weight, weight, 1e-5, WithSilu::No));
  EXPECT_FALSE(device_geglu(x));
  EXPECT_FALSE(device_sampler_update({{x, 1.0}}, std::nullopt));
}

TEST(DeviceKernels, NormChannelsLastInItsLayout) {
  const test::KernelsOnHost kernels;
  for (const std::int64_t side : {5, 61}) {  // in one kernel and in three
    const at::Tensor plain = values("x.weight", {2, 32, side, side + 2});
    const at::Tensor x = plain.contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor weight = values("weight", {32});
    const at::Tensor bias = values("bias", {32});
    const auto made = device_group_norm(x, 2, weight, bias, 1e-5, WithSilu::Yes);
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->is_contiguous(at::MemoryFormat::ChannelsLast));
    EXPECT_TENSOR_NEAR(*made, at::silu(at::group_norm(plain, 2, weight, bias, 1e-5)), 2e-6);
    EXPECT_FALSE(device_group_norm(plain, 2, weight, bias, 1e-5, WithSilu::Yes)) << "channels first";
    EXPECT_FALSE(device_group_norm(x, 2, weight.to(at::kHalf), bias, 1e-5, WithSilu::Yes)) << "another type";
  }
}

TEST(DeviceKernels, GateAnyNumberOfDimensions) {
  const test::KernelsOnHost kernels;
  const at::Tensor x = values("x.weight", {2, 7, 40}) * 4;
  const auto made = device_geglu(x);
  ASSERT_TRUE(made);
  const std::vector<at::Tensor> parts = x.chunk(2, -1);
  EXPECT_TENSOR_NEAR(*made, at::gelu(parts[1]) * parts[0], 2e-6);
  EXPECT_FALSE(device_geglu(x.transpose(1, 2))) << "not dense";
}

TEST(DeviceKernels, SumALatentItsPastAndAGuidedPrediction) {
  const test::KernelsOnHost kernels;
  const at::Tensor x = values("x.weight", {1, 4, 9, 7});
  const at::Tensor past = values("past.weight", {1, 4, 9, 7});
  const at::Tensor with = values("c.weight", {1, 4, 9, 7}).to(at::kHalf);
  const at::Tensor without = values("u.weight", {1, 4, 9, 7}).to(at::kHalf);
  const auto made = device_sampler_update({{x, 0.75}, {past, -0.5}}, WeightedPrediction{with, without, 7.5, -0.25});
  ASSERT_TRUE(made);
  const at::Tensor guided = without.to(at::kFloat) + (with.to(at::kFloat) - without.to(at::kFloat)) * 7.5;
  EXPECT_TENSOR_NEAR(*made, x * 0.75 + past * -0.5 + guided * -0.25, 5e-6);
  EXPECT_FALSE(device_sampler_update({{x, 0.75}, {past.narrow(2, 0, 3), 1.0}}, std::nullopt)) << "another shape";
}

}  // namespace
}  // namespace tstitch
