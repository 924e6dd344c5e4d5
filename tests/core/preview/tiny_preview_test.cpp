#include "core/preview/tiny_preview.h"

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/networks/tensor_image.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

TEST(TinyPreview, isTheTinyDecodersPicture) {
  const auto golden = test::NetworkGolden::load("taesd");
  const TinyDecoder decoder(WeightScope(golden.weights, {}), parse_tiny_vae_config(golden.config, "golden"));
  const Image image = tiny_preview(decoder, golden["z"].narrow(0, 0, 1), {});
  EXPECT_EQ(image, to_image(decoder(golden["z"].narrow(0, 0, 1), {})));
  EXPECT_EQ(image.width, 40);
  EXPECT_EQ(image.height, 24);
}

TEST(TinyPreview, isReducedToTheLongestSide) {
  at::Tensor picture = at::zeros({1, 3, 512, 1024});
  picture.narrow(3, 512, 512).fill_(1.0);
  const Image image = to_preview_image(picture);
  EXPECT_EQ(image.width, 512);
  EXPECT_EQ(image.height, 256);
  EXPECT_EQ(image.rgb.front(), 128);  // grey on the left, white on the right
  EXPECT_EQ(image.rgb.back(), 255);
}

}  // namespace
}  // namespace tstitch
