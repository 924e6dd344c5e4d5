#include "core/jobs/grid_files.h"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

const std::vector<GridAxis> kAxes{{"ratio", {"0%", "40%"}}, {"seed", {"18446744073709551615"}}};

GridRecord two_cells() {
  GridRecord record;
  record.axes = kAxes;
  record.cells = {{{"0%", "18446744073709551615"}, CellState::Saved, "a.png", 1.5, ""},
                  {{"40%", "18446744073709551615"}, CellState::Failed, "", 0, "no memory"}};
  record.evaluations = {{"large", 9}};
  record.composite = "grid.png";
  return record;
}

TEST(GridFiles, readBackWhatTheyWrote) {
  const test::TemporaryFolder folder;
  write_grid_record(folder.path(), two_cells());
  const GridRecord read = read_grid_record(folder.path());
  ASSERT_EQ(read.cells.size(), 2U);
  EXPECT_EQ(read.axes.at(1).values, kAxes.at(1).values);
  EXPECT_EQ(read.cells[0].values, two_cells().cells[0].values);
  EXPECT_EQ(read.cells[0].file, "a.png");
  EXPECT_EQ(read.cells[0].state, CellState::Saved);
  EXPECT_EQ(read.cells[0].error, "");
  EXPECT_EQ(read.cells[1].state, CellState::Failed);
  EXPECT_EQ(read.cells[1].error, "no memory");
  EXPECT_EQ(read.evaluations.at("large"), 9);
  EXPECT_EQ(read.composite, "grid.png");
}

TEST(GridFiles, tellStatesErrorsAndSeedsAsNumbers) {
  const test::TemporaryFolder folder;
  write_grid_record(folder.path(), two_cells());
  std::ifstream in(folder.path() / "grid.json");
  const auto json = nlohmann::json::parse(in);
  EXPECT_EQ(json["cells"][0]["state"], "saved");
  EXPECT_TRUE(json["cells"][0]["error"].is_null());
  EXPECT_EQ(json["cells"][1]["error"], "no memory");
  EXPECT_EQ(json["cells"][1]["axes"]["seed"], 18446744073709551615U);
}

TEST(GridFiles, countADamagedRecordAsNone) {
  const test::TemporaryFolder folder;
  EXPECT_TRUE(read_grid_record(folder.path()).cells.empty());
  folder.write("grid.json", R"({"axes": [], "cells": [{"axes": 3}], "evaluations": {}})");
  EXPECT_TRUE(read_grid_record(folder.path()).cells.empty());
}

TEST(GridFiles, nameCellsSafely) {
  EXPECT_EQ(cell_file_stem(kAxes, {"40%", "3"}), "ratio-40%_seed-3");
  EXPECT_EQ(cell_file_stem({{"prompt", {}}}, {"../a b/c"}), "prompt-..-a-b-c");
  EXPECT_LE(cell_file_stem({{"prompt", {}}}, {std::string(500, 'x')}).size(), 120U);
  EXPECT_EQ(axis_label("ratio", "40%"), "40 %");
  EXPECT_EQ(axis_label("seed", "3"), "seed 3");
  EXPECT_EQ(axis_label("prompt", "3d fox"), "prompt \"3d fox\"");
}

}  // namespace
}  // namespace tstitch
