#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/image.h"

namespace tstitch {

/// Pictures in rows and columns with labels. `cells` is row-major, `rows.size() * columns.size()` long; null cells stay
/// blank, pictures of other sizes than the largest are centred. `captions` stand below each cell; empty, or as many as
/// there are cells.
struct GridSheet {
  std::string title;  ///< one line above everything; may be empty
  std::vector<std::string> columns;
  std::vector<std::string> rows;
  std::vector<std::shared_ptr<const Image>> cells;
  std::vector<std::string> captions;
};

/// The sheet as one picture on white. Labels longer than their place are cut with `...`. Throws UsageError when a side
/// would exceed kLongestSide, and when no cell has a picture.
Image compose_grid(const GridSheet& sheet);

}  // namespace tstitch
