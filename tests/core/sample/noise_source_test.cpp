#include "core/sample/noise_source.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

const std::vector<std::int64_t> kShape{1, 4, 8, 8};

// torch.randn(4, 8, 8, generator=torch.Generator("cpu").manual_seed(42)).flatten()[:4], torch 2.11
TEST(NoiseSource, startsAsTheReferenceDoes) {
  const at::Tensor noise = NoiseSource(42).initial({4, 8, 8});
  EXPECT_EQ(noise.sizes(), at::IntArrayRef({1, 4, 8, 8}));
  const at::Tensor expected = at::tensor(at::ArrayRef<float>({1.9269153F, 1.4872841F, 0.9007172F, -2.105521F}));
  EXPECT_TRUE(at::allclose(noise.flatten().slice(0, 0, 4), expected, 0.0, 1e-6)) << noise.flatten().slice(0, 0, 4);
}

TEST(NoiseSource, theStartDependsOnTheLow32BitsOfTheSeed) {
  const at::Tensor noise = NoiseSource(7).initial({4, 8, 8});
  EXPECT_TRUE(at::equal(noise, NoiseSource(7 + (std::uint64_t{1} << 32U)).initial({4, 8, 8})));
  EXPECT_FALSE(at::equal(noise, NoiseSource(8).initial({4, 8, 8})));
}

TEST(NoiseSource, stepNoiseDependsOnAllBitsOfTheSeedAndOnTheEvaluation) {
  const at::Tensor noise = NoiseSource(7).step(EvaluationIndex{3}, kShape);
  EXPECT_TRUE(at::equal(noise, NoiseSource(7).step(EvaluationIndex{3}, kShape)));
  EXPECT_FALSE(at::equal(noise, NoiseSource(7).step(EvaluationIndex{4}, kShape)));
  EXPECT_FALSE(at::equal(noise, NoiseSource(7 + (std::uint64_t{1} << 32U)).step(EvaluationIndex{3}, kShape)));
}

TEST(NoiseSource, stepNoiseOfAnElementDoesNotDependOnTheShape) {
  const NoiseSource noise(7);
  const at::Tensor whole = noise.step(EvaluationIndex{0}, {1, 4, 8, 8}).flatten();
  const at::Tensor part = noise.step(EvaluationIndex{0}, {1, 1, 2, 5}).flatten();
  EXPECT_TRUE(at::equal(whole.slice(0, 0, 10), part));
}

TEST(NoiseSource, stepNoiseIsStandardNormal) {
  const at::Tensor noise = NoiseSource(1).step(EvaluationIndex{0}, {1, 4, 128, 128}).to(at::kDouble);
  EXPECT_NEAR(noise.mean().item<double>(), 0.0, 0.016);  // four standard errors of 65536 values
  EXPECT_NEAR(noise.var().item<double>(), 1.0, 0.023);
  EXPECT_NEAR(noise.pow(3).mean().item<double>(), 0.0, 0.061);
  EXPECT_NEAR(noise.pow(4).mean().item<double>(), 3.0, 0.16);
  EXPECT_TRUE(noise.isfinite().all().item<bool>());
}

TEST(NoiseSource, givenNoiseReplacesItsOwn) {
  NoiseSource noise(7);
  const at::Tensor own = noise.initial({4, 8, 8});
  noise.replace({}, at::full({2, 1, 4, 8, 8}, 0.5));
  EXPECT_TRUE(at::equal(noise.initial({4, 8, 8}), own));
  EXPECT_EQ(noise.step(EvaluationIndex{1}, kShape).sum().item<double>(), 128.0);
  noise.replace(at::full(kShape, 0.25), {});
  EXPECT_EQ(noise.initial({4, 8, 8}).sum().item<double>(), 64.0);
  EXPECT_FALSE(at::equal(noise.step(EvaluationIndex{0}, kShape), noise.step(EvaluationIndex{1}, kShape)));
}

TEST(NoiseSource, uniformNumbersDependOnTheSeedAndTheElementOnly) {
  const at::Tensor numbers = NoiseSource(7).uniform(1000);
  EXPECT_TRUE(at::equal(numbers.slice(0, 0, 10), NoiseSource(7).uniform(10)));
  EXPECT_FALSE(at::equal(numbers, NoiseSource(8).uniform(1000)));
  EXPECT_GE(numbers.min().item<float>(), 0.0F);
  EXPECT_LT(numbers.max().item<float>(), 1.0F);
  EXPECT_NEAR(numbers.mean().item<float>(), 0.5F, 0.03F);
  EXPECT_NEAR(numbers.std().item<float>(), 0.2887F, 0.02F);
}

}  // namespace
}  // namespace tstitch
