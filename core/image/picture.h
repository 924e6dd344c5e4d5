#pragma once

#include <string>
#include <vector>

#include "core/base/image.h"

namespace tstitch {

/// A text that travels in a picture's file: PNG keyword and UTF-8 text.
struct PictureText {
  std::string keyword;
  std::string text;
  friend bool operator==(const PictureText&, const PictureText&) = default;
};

/// What a picture's file holds. With PictureParts::Texts the image has its size but no pixels.
struct Picture {
  Image image;
  std::vector<PictureText> texts;
};

enum class PictureParts { All, Texts };

/// The longest side that is read or written, pixels.
constexpr int kLongestSide = 16384;

}  // namespace tstitch
