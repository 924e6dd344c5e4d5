#pragma once

#include <QImage>

#include "core/base/image.h"

namespace tstitch::ui {

/// An own copy as RGB888; null for an empty picture.
QImage toQImage(const Image& image);

/// Any QImage as 8-bit RGB; transparency is laid on white.
Image toImage(const QImage& image);

}  // namespace tstitch::ui
