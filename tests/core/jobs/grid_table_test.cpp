#include "core/jobs/grid_table.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

const std::vector<GridAxis> kAxes{{"steps", {"10", "20"}}, {"ratio", {"0%", "40%", "80%"}}, {"seed", {"3", "4"}}};

using Values = std::vector<std::pair<std::string, std::string>>;

TEST(GridTable, OneAxisGoesAcrossTheOthersDown) {
  const GridTable table(kAxes, "steps");
  EXPECT_EQ(table.columns(), 2U);
  EXPECT_EQ(table.rows(), 6U);
  EXPECT_EQ(table.cells(), 12U);
  EXPECT_EQ(table.cell(1, 1), 7U);
  EXPECT_EQ(table.values(7), (Values{{"steps", "20"}, {"ratio", "0%"}, {"seed", "4"}}));
  EXPECT_EQ(table.row_values(5), (Values{{"ratio", "80%"}, {"seed", "4"}}));
  for (std::size_t cell = 0; cell < table.cells(); ++cell) {
    const auto [row, column] = table.place(cell);
    EXPECT_EQ(table.cell(row, column), cell);
  }
}

TEST(GridTable, WithoutAWordTheRatiosGoAcrossOrTheLastAxis) {
  EXPECT_EQ(GridTable(kAxes, "").columns(), 3U);
  EXPECT_EQ(GridTable({{"steps", {"1", "2", "3"}}, {"seed", {"3"}}}, "").columns(), 1U);
  EXPECT_EQ(GridTable({{"steps", {"1", "2", "3"}}}, "").rows(), 1U);
  EXPECT_EQ(GridTable().cells(), 0U);
}

TEST(GridTable, KnowsTheCellOfTheLargeDenoiserAlone) {
  const GridTable table(kAxes, "ratio");
  const std::size_t cell = table.cell(3, 2);
  ASSERT_TRUE(table.all_large(cell));
  EXPECT_EQ(table.values(*table.all_large(cell)), (Values{{"ratio", "0%"}, {"steps", "20"}, {"seed", "4"}}));
  EXPECT_EQ(table.ratio_of(cell), 2U);
  EXPECT_FALSE(GridTable({{"ratio", {"40%"}}}, "").all_large(0));
  EXPECT_FALSE(GridTable({{"seed", {"4"}}}, "").all_large(0));
}

}  // namespace
}  // namespace tstitch
