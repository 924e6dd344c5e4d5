#pragma once

#include <cstddef>
#include <vector>

#include "core/base/image.h"
#include "core/base/picture_text.h"
#include "core/request/limits.h"

namespace tstitch {

/// What a picture's file holds. With PictureContent::Texts the image has its size but no pixels.
struct Picture {
  Image image;
  std::vector<PictureText> texts;
  int orientation = 1;  ///< EXIF's, 1..8: how the stored image still has to be turned; see orientation.h
};

enum class PictureContent { All, Texts };

/// The longest text that is read; longer ones, and all after the first 64, are left out.
constexpr std::size_t kLargestText = 4U << 20U;
constexpr std::size_t kMostTexts = 64;

}  // namespace tstitch
