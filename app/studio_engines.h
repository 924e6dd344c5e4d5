#pragma once

#include <QString>

#include "core/system/places.h"
#include "ui/engine/engine_rack.h"

namespace tstitch::app {

/// The word of `--engine` for the engine of this process.
inline constexpr const char* kEngineHere = "here";

/// How the window's engines are made. The first one is what the launcher's `--engine` gives: `here`, or a command;
/// where it gives none, a worker on this machine with the same profile. Others are made by their commands.
ui::EngineRack::Maker studioEngines(const UserPlaces& user, const QString& given, const QString& profile);

/// How the first engine is called in the list.
QString firstEngineName(const QString& given);

}  // namespace tstitch::app
