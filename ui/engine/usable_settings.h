#pragma once

#include "core/engine/event.h"
#include "core/engine/library.h"

namespace tstitch::ui {

/// The settings with a precision that the engine's machine computes fast; another one is told as a warning.
RunSettings usableSettings(Library& library, RunSettings settings, const EventSink& tell = {});

}  // namespace tstitch::ui
