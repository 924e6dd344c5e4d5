#include "core/denoise/extra_conditions.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::Pointwise;

std::vector<float> row(const at::Tensor& tensor) {
  const auto* values = tensor.const_data_ptr<float>();
  return {values, values + tensor.numel()};
}

TEST(TimeIds, SayHeightBeforeWidthAndTakeThePicturesSizeWhereNoneIsGiven) {
  const at::Tensor ids = time_ids({}, {1024, 768});
  EXPECT_EQ(ids.sizes(), (at::IntArrayRef{1, 6}));
  EXPECT_THAT(row(ids), ElementsAre(768, 1024, 0, 0, 768, 1024));
}

TEST(TimeIds, SayWhatIsGiven) {
  MicroConditioning micro;
  micro.original = Extent{512, 256};
  micro.crop = {3, 5};
  micro.target = Extent{64, 32};
  EXPECT_THAT(row(time_ids(micro, {1024, 768})), ElementsAre(256, 512, 5, 3, 32, 64));
  EXPECT_THAT(row(refiner_time_ids(micro, {1024, 768}, 6.5)), ElementsAre(256, 512, 5, 3, 6.5));
}

// Made with diffusers 0.42: StableDiffusionXLPipeline.get_guidance_scale_embedding(None, torch.tensor([7.0]), 8)
TEST(GuidanceEmbedding, IsThatOfDiffusers) {
  const at::Tensor embedding = guidance_embedding(8.0, 8);
  EXPECT_EQ(embedding.sizes(), (at::IntArrayRef{1, 8}));
  EXPECT_THAT(row(embedding), Pointwise(testing::FloatNear(2e-4F),
                                        std::vector<float>{0.5068854F, -0.9704796F, 0.5866533F, 0.6442176F, 0.8620135F,
                                                           -0.2411831F, -0.8098382F, 0.7648422F}));
}

TEST(GuidanceEmbedding, EndsWithAZeroWhereTheWidthIsOdd) {
  EXPECT_EQ(guidance_embedding(3.0, 9)[0][8].item<float>(), 0);
}

}  // namespace
}  // namespace tstitch
