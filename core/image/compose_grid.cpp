#include "core/image/compose_grid.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/bitmap_text.h"
#include "core/image/picture.h"

namespace tstitch {

namespace {

constexpr std::array<std::uint8_t, 3> kInk{32, 32, 32};
constexpr std::uint8_t kPaper = 255;

/// Where everything lies, pixels.
struct Layout {
  int scale = 1;  ///< of the labels
  int gap = 0;
  int line = 0;  ///< height of one line of text with its gap
  int cell_width = 0, cell_height = 0;
  int title = 0, row_labels = 0, column_labels = 0, captions = 0;
  int columns = 0, rows = 0;

  [[nodiscard]] int x(int column) const { return row_labels + gap + column * (cell_width + gap); }
  [[nodiscard]] int y(int row) const { return title + column_labels + gap + row * (cell_height + captions + gap); }
};

bool any_text(const std::vector<std::string>& labels) {
  return std::any_of(labels.begin(), labels.end(), [](const std::string& label) { return !label.empty(); });
}

Layout layout_of(const GridSheet& sheet) {
  Layout layout;
  for (const auto& cell : sheet.cells) {
    if (cell == nullptr) continue;
    layout.cell_width = std::max(layout.cell_width, cell->width);
    layout.cell_height = std::max(layout.cell_height, cell->height);
  }
  if (layout.cell_width == 0) throw UsageError("a grid without a finished picture cannot be drawn.");
  layout.scale = std::clamp(layout.cell_width / 128, 1, 4);
  layout.gap = 4 * layout.scale;
  layout.line = kGlyphHeight * layout.scale + layout.gap;
  layout.columns = static_cast<int>(sheet.columns.size());
  layout.rows = static_cast<int>(sheet.rows.size());
  layout.title = sheet.title.empty() ? 0 : layout.line;
  layout.column_labels = any_text(sheet.columns) ? layout.line : 0;
  layout.captions = any_text(sheet.captions) ? layout.line : 0;
  for (const std::string& label : sheet.rows) {
    layout.row_labels = std::max(layout.row_labels, text_width(label, layout.scale) + layout.gap);
  }
  layout.row_labels = any_text(sheet.rows) ? std::min(layout.row_labels, layout.cell_width + layout.gap) : 0;
  return layout;
}

Image paper(std::int64_t width, std::int64_t height) {
  if (width > kLongestSide || height > kLongestSide) {
    throw UsageError(concat("the sheet of this grid would have ", width, "x", height, " pixels, more than ",
                            kLongestSide, " a side."));
  }
  const auto size = static_cast<std::size_t>(width * height * 3);
  return {static_cast<int>(width), static_cast<int>(height), std::vector<std::uint8_t>(size, kPaper)};
}

void paste(Image& onto, const Image& image, int x, int y) {
  for (int row = 0; row < image.height; ++row) {
    const auto from = image.rgb.begin() + std::ptrdiff_t(row) * image.width * 3;
    std::copy_n(from, std::ptrdiff_t(image.width) * 3,
                onto.rgb.begin() + (std::ptrdiff_t(y + row) * onto.width + x) * 3);
  }
}

std::string shortened(std::string text, int width, int scale) {
  if (text_width(text, scale) <= width) return text;
  while (!text.empty() && text_width(text + "...", scale) > width) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
    if (!text.empty()) text.pop_back();
  }
  return text + "...";
}

void draw_centred(Image& image, const Layout& layout, int x, int y, int width, const std::string& label) {
  const std::string text = shortened(label, width, layout.scale);
  draw_text(image, x + (width - text_width(text, layout.scale)) / 2, y, text, layout.scale, kInk);
}

void draw_cell(Image& image, const Layout& layout, const GridSheet& sheet, int row, int column) {
  const std::size_t index = std::size_t(row) * layout.columns + column;
  const int x = layout.x(column), y = layout.y(row);
  if (const auto& cell = sheet.cells[index]) {
    paste(image, *cell, x + (layout.cell_width - cell->width) / 2, y + (layout.cell_height - cell->height) / 2);
  }
  if (layout.captions == 0) return;
  draw_centred(image, layout, x, y + layout.cell_height + layout.gap / 2, layout.cell_width, sheet.captions[index]);
}

void draw_labels(Image& image, const Layout& layout, const GridSheet& sheet) {
  const int inside = image.width - 2 * layout.gap;
  if (layout.title != 0) draw_centred(image, layout, layout.gap, layout.gap, inside, sheet.title);
  for (int column = 0; column < layout.columns; ++column) {
    draw_centred(image, layout, layout.x(column), layout.title + layout.gap, layout.cell_width, sheet.columns[column]);
  }
  for (int row = 0; row < layout.rows && layout.row_labels != 0; ++row) {
    const int middle = layout.y(row) + (layout.cell_height - kGlyphHeight * layout.scale) / 2;
    const std::string text = shortened(sheet.rows[row], layout.row_labels - layout.gap, layout.scale);
    draw_text(image, layout.gap, middle, text, layout.scale, kInk);
  }
}

}  // namespace

Image compose_grid(const GridSheet& sheet) {
  const std::size_t cells = sheet.rows.size() * sheet.columns.size();
  TSTITCH_CHECK(sheet.cells.size() == cells, sheet.cells.size(), " of ", cells);
  TSTITCH_CHECK(sheet.captions.empty() || sheet.captions.size() == cells, sheet.captions.size(), " of ", cells);
  const Layout layout = layout_of(sheet);
  const auto columns = static_cast<std::int64_t>(layout.columns), rows = static_cast<std::int64_t>(layout.rows);
  Image image = paper(layout.x(0) + columns * (layout.cell_width + layout.gap),
                      layout.y(0) + rows * (layout.cell_height + layout.captions + layout.gap));
  draw_labels(image, layout, sheet);
  for (int row = 0; row < layout.rows; ++row) {
    for (int column = 0; column < layout.columns; ++column) draw_cell(image, layout, sheet, row, column);
  }
  return image;
}

}  // namespace tstitch
