#pragma once

#include <QString>

#include "core/request/generation_request.h"

namespace tstitch::ui {

/// As the window writes them: "DPM++ 2M", "Euler a", "Default".
QString shownName(SamplerKind sampler);
QString shownName(Spacing spacing);
QString shownName(ControlKind kind);
QString shownName(ControlFit fit);
QString shownName(Upscale upscale);

}  // namespace tstitch::ui
