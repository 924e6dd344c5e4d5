#include "core/local_engine/source_part.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

Image filled(int width, int height, std::uint8_t level) {
  return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3, level)};
}

void set(Image& image, int x, int y, std::uint8_t level) {
  for (int channel = 0; channel < 3; ++channel) {
    image.rgb[(static_cast<std::size_t>(y) * image.width + x) * 3 + channel] = level;
  }
}

std::uint8_t level(const Image& image, int x, int y) {
  return image.rgb[(static_cast<std::size_t>(y) * image.width + x) * 3];
}

SourcePart part(const Image& picture, const Image& mask) {
  return {std::make_shared<const Image>(picture), {}, std::make_shared<const Image>(mask), {}};
}

TEST(SourcePart, hasItsOwnSizeDownToTheMultiple) {
  const SourceChoice choice{{"a.png", {}, "/a.png"}, 0.5, {}, 0};
  EXPECT_EQ(own_extent(choice, filled(130, 71, 0), 8), (Extent{128, 64}));
  EXPECT_EQ(own_extent(choice, filled(130, 71, 0), 16), (Extent{128, 64}));
  EXPECT_THROW(own_extent(choice, filled(130, 7, 0), 8), BadInput);
}

TEST(SourcePart, aMaskIsCutAtOneHalf) {
  Image mask = filled(16, 8, 127);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) set(mask, x, y, 128);
  }
  const at::Tensor fitted = fitted_mask(part(filled(16, 8, 0), mask), {16, 8});
  EXPECT_EQ(fitted[0][0][0][0].item<float>(), 1.0F);
  EXPECT_EQ(fitted[0][0][7][15].item<float>(), 0.0F);
  EXPECT_EQ(fitted.sum().item<float>(), 64.0F);
}

/// What lies at the left of a wide picture is not in a square run, nor is what its mask says of it.
TEST(SourcePart, aMaskIsCutAsItsPictureIs) {
  Image mask = filled(32, 16, 0);
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 8; ++x) set(mask, x, y, 255);
    for (int x = 16; x < 24; ++x) set(mask, x, y, 255);
  }
  const at::Tensor cut = fitted_mask(part(filled(32, 16, 0), mask), {16, 16});
  EXPECT_EQ(cut[0][0][4].slice(0, 0, 8).sum().item<float>(), 0.0F);
  EXPECT_EQ(cut[0][0][4].slice(0, 8, 16).sum().item<float>(), 8.0F);
  // Of another shape than the picture it is stretched to it first.
  Image square = filled(16, 16, 0);
  for (int y = 0; y < 16; ++y) {
    for (int x = 8; x < 12; ++x) set(square, x, y, 255);
  }
  EXPECT_EQ(fitted_mask(part(filled(32, 16, 0), square), {16, 16})[0][0][4].slice(0, 8, 16).sum().item<float>(), 8.0F);
}

TEST(SourcePart, theOldPictureIsBackBeyondTheFeather) {
  const Image made = filled(32, 24, 200), source = filled(32, 24, 100);
  Image mask = filled(32, 24, 0);
  for (int y = 8; y < 12; ++y) {
    for (int x = 8; x < 12; ++x) set(mask, x, y, 255);
  }
  const Image pasted = pasted_back(made, source, fitted_mask(part(source, mask), {32, 24}), 4);
  EXPECT_EQ(level(pasted, 9, 9), 200);
  EXPECT_EQ(level(pasted, 11, 11), 200);
  EXPECT_EQ(level(pasted, 13, 10), 150) << "two of four pixels beyond";
  EXPECT_EQ(level(pasted, 12, 10), 175);
  EXPECT_EQ(level(pasted, 15, 10), 100) << "as far as the feather reaches";
  EXPECT_EQ(level(pasted, 14, 14), 100) << "the corner is further off than either side";
  EXPECT_EQ(level(pasted, 0, 0), 100);
}

TEST(SourcePart, anEmptyMaskLeavesThePicture) {
  const Image made = filled(16, 8, 200), source = filled(16, 8, 100);
  EXPECT_EQ(pasted_back(made, source, fitted_mask(part(source, filled(16, 8, 0)), {16, 8}), 3), source);
  EXPECT_EQ(pasted_back(made, source, fitted_mask(part(source, filled(16, 8, 255)), {16, 8}), 3), made);
}

TEST(SourcePart, namesAFileThatIsNoPicture) {
  const test::TemporaryFolder folder;
  PictureShelf pictures;
  SourceChoice choice{{"a.png", {}, folder.write("a.png", "no picture")}, 0.5, {}, 0};
  EXPECT_THROW(read_source_part(choice, pictures), BadInput);
  choice.picture.location = folder.path() / "missing.png";
  EXPECT_THROW(read_source_part(choice, pictures), BadInput);
}

}  // namespace
}  // namespace tstitch
