#include "core/jobs/figure_reading.h"

#include <fstream>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/jobs/grid_export.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

class FigureReading : public ::testing::Test {
 protected:
  FigureReading() {
    record_.axes = {{"ratio", {"0%", "40%"}}, {"prompt", {"a fox, <red> & \"shy\"=>an owl", "=>"}}};
    record_.across = "ratio";
    record_.request.emplace();
    record_.request->prompt = "a fox, <red> & \"shy\"";
    record_.request->denoisers = {{"large", {"mini", {}, {}, {}}, {}}, {"small", {"tiny", {}, {}, {}}, {}}};
    for (const auto& ratio : record_.axes[0].values) {
      for (const auto& prompt : record_.axes[1].values) {
        record_.cells.push_back({{ratio, prompt}, CellState::Saved, "cell.png", 1, "", ""});
      }
    }
    static_cast<void>(write_new_png(folder_.path() / "cell.png", {8, 8, std::vector<std::uint8_t>(8 * 8 * 3, 90)}, {}));
    write_grid_record(folder_.path(), record_);
  }

  [[nodiscard]] std::filesystem::path written(const char* name, const std::string& text) const {
    std::ofstream(folder_.path() / name, std::ios::binary) << text;
    return folder_.path() / name;
  }

  test::TemporaryFolder folder_;
  GridRecord record_;
};

TEST_F(FigureReading, EachFormatTellsWhatItWasMadeFrom) {
  for (const GridFormat format : {GridFormat::Png, GridFormat::Svg, GridFormat::Json}) {
    const auto read = read_grid_figure(export_grid(folder_.path(), format));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->axes, record_.axes);
    EXPECT_EQ(read->across, "ratio");
    ASSERT_TRUE(read->request);
    EXPECT_EQ(read->request->prompt, record_.request->prompt);
    EXPECT_EQ(read->request->denoisers, record_.request->denoisers);
    EXPECT_TRUE(read->cells.empty());
  }
}

TEST_F(FigureReading, OtherFilesAreNone) {
  EXPECT_FALSE(read_grid_figure(folder_.path() / "cell.png"));
  EXPECT_FALSE(read_grid_figure(written("drawing.svg", "<svg><metadata><rdf/></metadata></svg>")));
  EXPECT_FALSE(read_grid_figure(written("paper.pdf", "%PDF-1.4")));
  EXPECT_FALSE(read_grid_figure(folder_.path() / "model.safetensors"));
}

TEST_F(FigureReading, WhatIsDamagedIsSaid) {
  for (const char* text : {"{}", "[]", "{\"axes\":[{\"name\":1}]}", "{\"axes\":3}", "{\"axes\":[]", "nonsense"}) {
    EXPECT_THROW(read_grid_figure(written("grid.json", text)), BadInput) << text;
  }
  EXPECT_THROW(read_grid_figure(folder_.path() / "gone.json"), BadInput);
}

TEST_F(FigureReading, OfAPdfTheElementIsRead) {
  const auto read = parse_figure_text(
      "%PDF\n<tstitch:grid>{&quot;axes&quot;:[{&quot;name&quot;:&quot;seed&quot;,"
      "&quot;values&quot;:[3,&quot;4&quot;]}]}</tstitch:grid>\n%%EOF",
      "figure.pdf");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->axes, (std::vector<GridAxis>{{"seed", {"3", "4"}}}));
  EXPECT_FALSE(read->request);
}

}  // namespace
}  // namespace tstitch
