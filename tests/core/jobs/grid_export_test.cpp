#include "core/jobs/grid_export.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/image_file.h"
#include "core/image/lettering.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

using testing::HasSubstr;

Image flat(int width, int height, std::uint8_t red) {
  Image image{width, height, std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * 3)};
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) image.rgb[i] = red;
  return image;
}

class GridExport : public ::testing::Test {
 protected:
  GridExport() {
    record_.axes = {{"ratio", {"0%", "40%", "100%"}}, {"seed", {"3", "4"}}};
    record_.across = "ratio";
    record_.request.emplace();
    record_.request->prompt = "a fox, <red> & \"shy\"";
    record_.request->denoisers = {{"large", {"mini", {}, {}, {}}, {}}};
    for (const auto& ratio : record_.axes[0].values) {
      for (const auto& seed : record_.axes[1].values) {
        const std::string name = concat("r", record_.cells.size(), ".png");
        record_.cells.push_back({{ratio, seed}, CellState::Saved, name, ratio == "0%" ? 4.0 : 2.4, "", ""});
        const auto red = static_cast<std::uint8_t>(200 + record_.cells.size());
        static_cast<void>(write_new_png(folder_.path() / name, flat(32, 24, red), {}));
      }
    }
    record_.cells[3] = {{"40%", "4"}, CellState::Failed, "", 0, "no, \"memory\"", ""};
    write_grid_record(folder_.path(), record_);
  }

  [[nodiscard]] std::string exported(GridFormat format) const {
    const auto file = export_grid(folder_.path(), format);
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  test::TemporaryFolder folder_;
  GridRecord record_;
};

TEST_F(GridExport, TheFigureHoldsEveryPictureAndItsRequest) {
  const auto file = export_grid(folder_.path(), GridFormat::Png);
  EXPECT_EQ(file, folder_.path() / "grid-0001.png");
  EXPECT_EQ(export_grid(folder_.path(), GridFormat::Png), folder_.path() / "grid-0002.png");
  const Picture figure = read_picture(file);
  std::array<int, 256> reds{};
  for (std::size_t i = 0; i < figure.image.rgb.size(); i += 3) {
    const bool is_cell = figure.image.rgb[i + 1] == 0 && figure.image.rgb[i + 2] == 0;
    reds[is_cell ? figure.image.rgb[i] : 0] += 1;
  }
  for (const int red : {201, 202, 203, 205, 206}) EXPECT_EQ(reds[static_cast<std::size_t>(red)], 32 * 24) << red;
  ASSERT_EQ(figure.texts.size(), 1U);
  EXPECT_EQ(figure.texts[0].keyword, kGridKeyword);
  const auto metadata = nlohmann::json::parse(figure.texts[0].text);
  EXPECT_EQ(metadata.at("request").at("prompt"), record_.request->prompt);
  EXPECT_EQ(metadata.at("axes").at(1).at("values"), (std::vector<std::string>{"3", "4"}));
}

TEST_F(GridExport, SvgHasTextsAsText) {
  const std::string svg = exported(GridFormat::Svg);
  for (const char* text : {">40 %</text>", ">seed 4</text>", ">2.4 s  \u221240 %</text>", ">failed</text>",
                           ">a fox, &lt;red&gt; &amp; &quot;shy&quot;</text>", "<metadata>{&quot;tstitch&quot;:1"}) {
    EXPECT_THAT(svg, HasSubstr(text));
  }
  std::size_t images = 0;
  for (std::size_t at = svg.find("<image "); at != std::string::npos; at = svg.find("<image ", at + 1)) ++images;
  EXPECT_EQ(images, 5U);
}

TEST_F(GridExport, CsvQuotesAndLeavesOutWhatIsNotKnown) {
  const std::string csv = exported(GridFormat::Csv);
  EXPECT_THAT(csv, HasSubstr("ratio,seed,state,file,seconds,rms,psnr,ssim,error\r\n"));
  EXPECT_THAT(csv, HasSubstr("0%,3,saved,r0.png,4,0,inf,1,\r\n"));
  EXPECT_THAT(csv, HasSubstr("40%,4,failed,,,,,,\"no, \"\"memory\"\"\"\r\n"));
}

TEST_F(GridExport, JsonHasNumbersAgainstTheLargeDenoiserAlone) {
  const auto json = nlohmann::json::parse(exported(GridFormat::Json));
  const auto& cell = json.at("cells").at(2);
  EXPECT_EQ(cell.at("axes").at("ratio"), "40%");
  EXPECT_NEAR(cell.at("rms").get<double>(), std::sqrt(4.0 / 3) / 255, 1e-12);
  EXPECT_TRUE(json.at("cells").at(0).at("psnr").is_null());
  EXPECT_EQ(json.at("cells").at(3).at("error"), "no, \"memory\"");
}

TEST_F(GridExport, TheFlipBookIsAMovingPicture) {
  const std::string webp = exported(GridFormat::WebP);
  EXPECT_THAT(webp, HasSubstr("ANIM"));
  const Picture first = decode_picture(webp, "grid");
  EXPECT_EQ(first.image, flat(32, 24, 201));
}

TEST_F(GridExport, WithoutAGridThereIsASentence) {
  const test::TemporaryFolder empty;
  EXPECT_THROW(export_grid(empty.path(), GridFormat::Png), BadInput);
  record_.cells.pop_back();
  write_grid_record(folder_.path(), record_);
  EXPECT_THROW(export_grid(folder_.path(), GridFormat::Png), BadInput);
}

/// Row 17 of the cases: no caption is cut.
TEST_F(GridExport, Row17CaptionsAreWholeAndDoNotTouch) {
  for (CellRecord& cell : record_.cells) cell.note = "0 of 1000, same as guidance 12.25, 20 %";
  const auto pictures = grid_pictures(folder_.path(), record_);
  const GridFigure figure = grid_figure(record_, pictures);
  const FigureLayout layout = figure_layout(figure);
  std::map<double, std::vector<std::pair<double, double>>> lines;
  for (const FigureText& text : layout.texts) {
    const double width = lettering_width(text.text, text.size);
    const double left = text.anchor == Anchor::Left ? text.x : text.x - width / 2;
    EXPECT_GE(left, 0) << text.text;
    EXPECT_LE(left + width, layout.width) << text.text;
    EXPECT_LE(text.baseline + lettering_descent(text.size), layout.height) << text.text;
    lines[text.baseline].emplace_back(left, left + width);
  }
  for (auto& [baseline, spans] : lines) {
    std::sort(spans.begin(), spans.end());
    for (std::size_t i = 1; i < spans.size(); ++i) EXPECT_LT(spans[i - 1].second, spans[i].first);
  }
}

TEST_F(GridExport, LongPromptsAreBrokenIntoLines) {
  for (int i = 0; i < 60; ++i) record_.request->prompt += " and another word";
  const GridFigure figure = grid_figure(record_, grid_pictures(folder_.path(), record_));
  const FigureLayout layout = figure_layout(figure);
  EXPECT_LT(layout.width, 1500);
  EXPECT_GT(layout.texts.size(), 15U);
}

}  // namespace
}  // namespace tstitch
