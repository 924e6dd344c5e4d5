#include "core/image/compose_grid.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/image/picture.h"

namespace tstitch {
namespace {

std::shared_ptr<const Image> filled(int width, int height, std::uint8_t value) {
  return std::make_shared<const Image>(
      Image{width, height, std::vector<std::uint8_t>(std::size_t(width) * height * 3, value)});
}

std::ptrdiff_t count(const Image& image, std::uint8_t value) {
  return std::count(image.rgb.begin(), image.rgb.end(), value) / 3;
}

TEST(ComposeGrid, HoldsEveryPicture) {
  GridSheet sheet{"", {"", ""}, {"", ""}, {filled(8, 6, 1), filled(8, 6, 2), nullptr, filled(4, 4, 3)}, {}};
  const Image image = compose_grid(sheet);
  EXPECT_EQ(image.width, 4 + 2 * (8 + 4));
  EXPECT_EQ(image.height, 4 + 2 * (6 + 4));
  EXPECT_EQ(count(image, 1), 48);
  EXPECT_EQ(count(image, 2), 48);
  EXPECT_EQ(count(image, 3), 16);
  EXPECT_EQ(image.rgb[(std::size_t(4) * image.width + 4) * 3], 1) << "the first cell is the upper left one";
  EXPECT_EQ(count(image, 32), 0) << "no label, no ink";
}

TEST(ComposeGrid, DrawsLabelsBesideThePictures) {
  const GridSheet bare{"", {"", ""}, {""}, {filled(64, 64, 1), filled(64, 64, 2)}, {}};
  GridSheet labelled = bare;
  labelled.title = "a cat";
  labelled.columns = {"0 %", "40 %"};
  labelled.rows = {"seed 3"};
  labelled.captions = {"1.2 s", "3.4 s"};
  const Image without = compose_grid(bare), with = compose_grid(labelled);
  EXPECT_GT(with.width, without.width);
  EXPECT_GT(with.height, without.height);
  EXPECT_EQ(count(with, 1), 64 * 64) << "labels do not cover pictures";
  EXPECT_EQ(count(with, 2), 64 * 64);
  EXPECT_GT(count(with, 32), 100);
}

TEST(ComposeGrid, ShortensALabelThatIsTooLong) {
  const std::string label(500, 'W');
  const GridSheet sheet{label, {label}, {label}, {filled(64, 16, 1)}, {label}};
  const Image image = compose_grid(sheet);
  EXPECT_EQ(count(image, 1), 64 * 16);
  EXPECT_LT(image.width, 3 * 64);
}

TEST(ComposeGrid, RefusesWhatCannotBeDrawn) {
  EXPECT_THROW((void)compose_grid({"", {""}, {""}, {nullptr}, {}}), UsageError);
  EXPECT_THROW((void)compose_grid({"", {"", ""}, {""}, {filled(1, 1, 0)}, {}}), LogicError);
  const int columns = kLongestSide / 64;
  EXPECT_THROW((void)compose_grid({"",
                                   std::vector<std::string>(columns),
                                   {""},
                                   std::vector<std::shared_ptr<const Image>>(columns, filled(64, 1, 0)),
                                   {}}),
               UsageError);
}

}  // namespace
}  // namespace tstitch
