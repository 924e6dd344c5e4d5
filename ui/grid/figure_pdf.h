#pragma once

#include <filesystem>

namespace tstitch::ui {

/// The figure of the grid in that folder as one page of PDF beside it, texts as text; the layout is the one that PNG
/// and SVG have. Returns the path; throws Error. May be called in any thread.
std::filesystem::path exportFigurePdf(const std::filesystem::path& folder);

}  // namespace tstitch::ui
