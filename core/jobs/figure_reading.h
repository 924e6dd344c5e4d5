#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "core/jobs/grid_files.h"

namespace tstitch {

/// The element of a PDF figure's metadata that holds grid_metadata().
inline constexpr std::string_view kGridElement = "tstitch:grid";

/// What grid_metadata() wrote, or an exported JSON file: axes and the request that the cells have in common, and no
/// cells. Throws BadInput naming `label` for text that is something else.
GridRecord parse_grid_metadata(std::string_view json, const std::string& label);

/// The same of the text around it: SVG's <metadata>, PDF's kGridElement. Nothing where there is none.
std::optional<GridRecord> parse_figure_text(std::string_view text, const std::string& label);

/// What a grid's figure (PNG, SVG, PDF) or its numbers (JSON) say of how it was asked for. Nothing for a file that is
/// none; throws BadInput for one that cannot be read.
std::optional<GridRecord> read_grid_figure(const std::filesystem::path& file);

}  // namespace tstitch
