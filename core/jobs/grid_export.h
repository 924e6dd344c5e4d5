#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/jobs/grid_figure.h"

namespace tstitch {

/// What a grid can be brought into: the labelled figure as pixels or as text and pictures, its numbers, or its pictures
/// one after the other.
enum class GridFormat { Png, Svg, Csv, Json, WebP };

/// The keyword of the text in a figure's PNG: what `grid.json` says of axes and request, so that the grid can be made
/// again.
inline constexpr const char* kGridKeyword = "io.github.tstitch.grid";

/// Axes and request of a grid as JSON.
std::string grid_metadata(const GridRecord& record);

/// The pictures of a record's saved cells, read from its folder; null where there is none that can be read.
std::vector<std::shared_ptr<const Image>> grid_pictures(const std::filesystem::path& folder, const GridRecord& record);

/// The figure as a PNG file's bytes, with its metadata.
std::string figure_png(const GridRecord& record, const std::vector<std::shared_ptr<const Image>>& pictures);

/// Writes what stands in `folder`/grid.json beside it, as `grid-0001.png` or with the next free number, and returns the
/// path. Numbers are written with `.` in every locale. Throws BadInput where there is no grid or nothing is saved.
std::filesystem::path export_grid(const std::filesystem::path& folder, GridFormat format);

/// Bytes under the first free name `grid-NNNN.ENDING` in that folder; returns the path.
std::filesystem::path write_export(const std::filesystem::path& folder, const std::string& ending,
                                   const std::string& bytes);

}  // namespace tstitch
