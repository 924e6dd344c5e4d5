#include "core/weights/random_weights.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(RandomWeights, areTheSameEachTimeAndNoRowAnothers) {
  const std::map<std::string, std::vector<std::int64_t>> shapes{{"a.weight", {1024, 1024}}};
  const at::Tensor weight = RandomWeights(shapes).read("a.weight", at::kFloat);
  EXPECT_TRUE(at::equal(weight, RandomWeights(shapes).read("a.weight", at::kFloat)));
  EXPECT_FALSE(at::equal(weight[0], weight[1023]));
  EXPECT_EQ(RandomWeights(shapes).read("a.weight", at::kBFloat16).scalar_type(), at::kBFloat16);
}

TEST(RandomWeights, keepActivationsWhereTheyAre) {
  const RandomWeights weights({{"a.weight", {512, 256, 3, 3}}});
  const double deviation = weights.read("a.weight", at::kFloat).std().item<double>();
  EXPECT_NEAR(deviation * std::sqrt(256 * 9.0), 1, 0.05);
}

TEST(RandomWeights, leaveNormsAndBiasesPlain) {
  const RandomWeights weights({{"norm1.weight", {8}}, {"norm1.bias", {8}}, {"conv.bias", {8}}});
  EXPECT_TRUE(at::equal(weights.read("norm1.weight", at::kFloat), at::ones({8})));
  EXPECT_TRUE(at::equal(weights.read("norm1.bias", at::kFloat), at::zeros({8})));
  EXPECT_TRUE(at::equal(weights.read("conv.bias", at::kFloat), at::zeros({8})));
}

}  // namespace
}  // namespace tstitch
