#pragma once

#include <QRectF>
#include <QSize>
#include <QString>

#include "core/request/generation_request.h"

namespace tstitch::ui {

/// What becomes of a picture of another shape than the run's.
struct FitShown {
  QRectF frame{0, 0, 1, 1};  ///< what the run sees, in shares of the picture; beyond 0..1 it is black
  QString words;             ///< empty where the shapes are equal
};

FitShown fitShown(QSize picture, Extent run, ControlFit fit);

}  // namespace tstitch::ui
