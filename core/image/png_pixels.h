#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/image.h"
#include "core/image/png_file.h"

namespace tstitch {

/// The pixels as 8-bit RGB: palettes and grey expanded, of 16 bits the upper eight, alpha and transparent colours
/// dropped, colour profiles and gamma ignored. That is Pillow's `convert("RGB")`, with one exception: Pillow cuts
/// 16-bit grey at 255, which makes a depth map white. Colours that a palette lacks are black, and so are the rows that
/// a complete stream lacks. Throws BadInput naming `label` for a stream that ends early or is damaged; a file too short
/// for its pixels is refused before they are allocated.
Image png_pixels(const PngFile& file, const std::string& label);

/// Shows the rows of a picture that is not interlaced as they are stored, from the first to the last that is there;
/// they are gone after the call. Throws BadInput for a damaged stream.
void visit_png_rows(const PngFile& file, const std::function<void(int y, const std::uint8_t* row)>& show);

}  // namespace tstitch
