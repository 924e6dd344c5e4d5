#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/image.h"
#include "core/jobs/grid_files.h"
#include "core/jobs/grid_table.h"

namespace tstitch {

/// A grid to be drawn: what it shows and what is written to it.
struct GridFigure {
  GridTable table;
  std::string title;                                   ///< the prompt
  std::string settings;                                ///< one line: what the cells have in common
  std::vector<std::string> captions;                   ///< one per cell
  std::vector<std::shared_ptr<const Image>> pictures;  ///< one per cell; null where there is none
};

/// The figure of what a record says; `pictures` runs in parallel with its cells.
GridFigure grid_figure(const GridRecord& record, std::vector<std::shared_ptr<const Image>> pictures);

enum class Anchor { Left, Middle };

/// A line of text in one colour.
struct FigureText {
  std::string text;
  double x = 0;  ///< of its left end or its middle
  double baseline = 0;
  double size = 0;
  Anchor anchor = Anchor::Left;
  std::array<std::uint8_t, 3> colour{};
};

/// Where the picture of a cell lies, or the empty field in its place.
struct FigureField {
  std::size_t cell = 0;
  double x = 0, y = 0, width = 0, height = 0;
};

/// One layout for everything that draws the figure: PNG, SVG and PDF. No text is cut; what is too wide for the figure
/// is broken into lines.
struct FigureLayout {
  int width = 0;
  int height = 0;
  std::vector<FigureText> texts;
  std::vector<FigureField> fields;
};

inline constexpr std::array<std::uint8_t, 3> kFigureInk{27, 33, 48};
inline constexpr std::array<std::uint8_t, 3> kFigureGrey{102, 112, 133};
inline constexpr std::array<std::uint8_t, 3> kFigureEmpty{240, 241, 244};

/// Pictures keep their size unless a side of the whole would be longer than 16,000 pixels.
FigureLayout figure_layout(const GridFigure& figure);

Image paint_figure(const GridFigure& figure, const FigureLayout& layout);

/// With texts as text, pictures inside, and `metadata` as it stands in its <metadata>.
std::string figure_svg(const GridFigure& figure, const FigureLayout& layout, const std::string& metadata);

}  // namespace tstitch
