#pragma once

#include "core/base/image.h"
#include "core/image/picture.h"

namespace tstitch {

/// The image turned as that EXIF orientation (1..8) says; others leave it as it is. Equal to Pillow's exif_transpose.
/// An image without pixels only has its sides exchanged.
Image turned(Image image, int orientation);

/// The picture as it is to be seen, with nothing left to turn.
Picture upright(Picture picture);

}  // namespace tstitch
