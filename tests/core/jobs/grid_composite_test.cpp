#include "core/jobs/grid_composite.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

const std::vector<GridAxis> kAxes{{"seed", {"1", "2"}}, {"ratio", {"0%", "50%", "100%"}}};

std::vector<CellRecord> six_cells() {
  std::vector<CellRecord> cells;
  for (const auto& seed : kAxes[0].values) {
    for (const auto& ratio : kAxes[1].values) cells.push_back({{seed, ratio}, CellState::Saved, "x.png", 1.0, ""});
  }
  return cells;
}

TEST(GridComposite, needsAPicture) {
  EXPECT_FALSE(grid_composite(kAxes, six_cells(), std::vector<std::shared_ptr<const Image>>(6)));
}

TEST(GridComposite, laysTheLastAxisAcross) {
  const auto red = std::make_shared<Image>(Image{64, 64, std::vector<std::uint8_t>(64 * 64 * 3)});
  for (std::size_t i = 0; i < red->rgb.size(); i += 3) red->rgb[i] = 255;
  std::vector<std::shared_ptr<const Image>> pictures(6);
  pictures[2] = red;
  const auto sheet = grid_composite(kAxes, six_cells(), pictures);
  ASSERT_TRUE(sheet);
  EXPECT_GE(sheet->width, 3 * 64);
  EXPECT_GE(sheet->height, 2 * 64);
  int reds = 0;
  int left_or_low = 0;
  for (int i = 0; i < sheet->width * sheet->height; ++i) {
    const std::uint8_t* pixel = sheet->rgb.data() + static_cast<std::size_t>(i) * 3;
    if (pixel[0] != 255 || pixel[1] != 0 || pixel[2] != 0) continue;
    ++reds;
    left_or_low += i % sheet->width < sheet->width / 2 || i / sheet->width > sheet->height / 2 + 32 ? 1 : 0;
  }
  EXPECT_EQ(reds, 64 * 64);
  EXPECT_EQ(left_or_low, 0);
}

}  // namespace
}  // namespace tstitch
