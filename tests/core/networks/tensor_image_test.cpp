#include "core/networks/tensor_image.h"

#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/base/check.h"

namespace tstitch {
namespace {

TEST(TensorImage, roundsHalfToEvenAndClamps) {
  // x / 2 + 0.5, times 255: 0, 255, 127.5 (to even 128), beyond both ends, 63.75.
  const at::Tensor values = at::tensor({-1.0F, 1.0F, 0.0F, 7.0F, -7.0F, -0.5F});
  const Image image = to_image(values.view({1, 1, 1, 6}).expand({1, 3, 1, 6}));
  EXPECT_EQ(image.width, 6);
  EXPECT_EQ(image.height, 1);
  const std::vector<std::uint8_t> expected{0, 255, 128, 255, 0, 64};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(image.rgb[3 * i], expected[i]) << i;
}

TEST(TensorImage, goesRowByRowInRgb) {
  at::Tensor picture = at::zeros({1, 3, 2, 2}).sub(1);
  picture[0][0][0][1] = 1;  // red at the right of the first row
  picture[0][2][1][0] = 1;  // blue at the left of the second
  EXPECT_EQ(to_image(picture).rgb, (std::vector<std::uint8_t>{0, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 0}));
}

TEST(TensorImage, survivesTheWayThereAndBack) {
  Image image{5, 3, {}};
  for (int i = 0; i < 5 * 3 * 3; ++i) image.rgb.push_back(static_cast<std::uint8_t>(i * 5));
  const at::Tensor tensor = to_tensor(image);
  EXPECT_EQ(tensor.sizes(), at::IntArrayRef({1, 3, 3, 5}));
  EXPECT_FLOAT_EQ(tensor.min().item<float>(), -1.0F);
  EXPECT_EQ(to_image(tensor), image);
}

/// Levels by Pillow's convert("L").
TEST(TensorImage, isGreyAsPillowMakesIt) {
  const Image image{6, 1, {255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 200, 77, 128, 128, 128, 255, 255, 255}};
  const at::Tensor grey = grey_tensor(image);
  EXPECT_EQ(grey.sizes(), at::IntArrayRef({1, 1, 1, 6}));
  const std::vector<int> levels{76, 150, 29, 129, 128, 255};
  for (std::size_t i = 0; i < levels.size(); ++i) {
    EXPECT_FLOAT_EQ(grey.view({6})[static_cast<std::int64_t>(i)].item<float>(), static_cast<float>(levels[i]) / 255)
        << i;
  }
}

TEST(TensorImage, refusesWhatIsNoPicture) {
  EXPECT_THROW(to_image(at::zeros({1, 4, 2, 2})), LogicError);
  EXPECT_THROW(to_tensor(Image{2, 2, {0, 0, 0}}), LogicError);
}

}  // namespace
}  // namespace tstitch
