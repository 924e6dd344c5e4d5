#include "core/nn/prepacking.h"

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

TEST(Prepacking, keepsWeightsPlainWhoseLayoutDependsOnThePicture) {
  for (const int channels : {48, 96, 192, 288, 384}) {
    EXPECT_FALSE(detail::has_one_layout(channels, 3)) << channels;
    EXPECT_TRUE(detail::has_one_layout(channels, 1)) << channels;
  }
  for (const int channels : {4, 64, 128, 320, 512, 576, 640, 768, 960, 1280}) {
    EXPECT_TRUE(detail::has_one_layout(channels, 3)) << channels;
  }
}

TEST(Prepacking, isForFloatsOnTheCpuWhereItIsWanted) {
  const at::Tensor weight = at::empty({4, 4}, at::kFloat);
  EXPECT_TRUE(detail::may_prepack(weight, {}));
  EXPECT_FALSE(detail::may_prepack(weight, {.fast_paths = FastPaths::Off}));
  EXPECT_FALSE(detail::may_prepack(weight.to(at::kBFloat16), {}));
  EXPECT_FALSE(detail::may_prepack(at::empty({4, 4}, at::TensorOptions(at::kMeta)), {}));
}

TEST(Prepacking, givesChannelsLastResults) {
  const at::Tensor weight = test::generated_tensor("weight", {32, 16, 3, 3}, 1);
  const at::Tensor packed = detail::prepack_convolution(weight, {.stride = 1, .padding = 1});
  const at::Tensor x = test::generated_tensor("input.weight", {2, 16, 8, 8}, 1);
  const at::Tensor out = detail::prepacked_convolution(x, packed, std::nullopt, {.stride = 1, .padding = 1});
  EXPECT_TRUE(out.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(Prepacking, keepsNoTieToThePlainWeight) {
  at::Tensor weight = test::generated_tensor("weight", {32, 64}, 1);
  const at::Tensor packed = detail::prepack_linear(weight);
  const at::Tensor x = test::generated_tensor("input.weight", {40, 64}, 1);
  const at::Tensor before = detail::prepacked_linear(x, packed, std::nullopt);
  weight.zero_();
  EXPECT_TRUE(detail::prepacked_linear(x, packed, std::nullopt).equal(before));
}

}  // namespace
}  // namespace tstitch
