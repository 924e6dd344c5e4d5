#pragma once

#include <optional>

#include "core/request/generation_request.h"

class QSettings;

namespace tstitch::ui {

/// Version 0.1.0 kept what was asked for last in one key for each control; nothing where there are none of its keys.
std::optional<GenerationRequest> requestOfFirstVersion(const QSettings& file);
void removeSettingsOfFirstVersion(QSettings& file);

}  // namespace tstitch::ui
