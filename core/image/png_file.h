#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/image/picture.h"

namespace tstitch {

/// A PNG file's header.
struct PngHeader {
  int width = 0;
  int height = 0;
  int bit_depth = 0;
  int colour_type = 0;
  bool interlaced = false;

  [[nodiscard]] int channels() const;
  [[nodiscard]] bool has_palette() const { return colour_type == 3; }
};

/// A PNG file taken apart; the views are into its bytes.
struct PngFile {
  PngHeader header;
  std::string_view palette;            ///< three bytes a colour
  std::vector<std::string_view> data;  ///< the compressed pixels
  std::vector<PictureText> texts;      ///< of all three chunk types, in file order
  std::string_view exif;
};

/// Reads the chunks as leniently as Pillow does: unknown ones are passed over, also critical ones; checksums are looked
/// at only where the file cannot be understood without (header and palette) and where a damaged text would be believed;
/// a file may end after its pixels. Throws BadInput naming `label` and the fault.
PngFile take_apart_png(std::string_view bytes, const std::string& label);

}  // namespace tstitch
