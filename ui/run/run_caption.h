#pragma once

#include <QString>

#include "core/engine/outcome.h"
#include "ui/session/run_order.h"

namespace tstitch::ui {

/// What a run did, for people: "40 %, 10 + 15 evaluations, 6.2 s (29 % saved), seed 7". The time is that of texts,
/// evaluations and decoding; what it saved is told against the large denoiser alone, where its rate is known. Empty
/// where nothing was saved.
QString runCaption(const RunOrder& order, const RunReport& report);

}  // namespace tstitch::ui
