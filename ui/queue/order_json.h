#pragma once

#include <QString>

#include "ui/session/run_order.h"

namespace tstitch::ui {

/// A job as it lies in the store until it was made: this machine's own form, with the places of models and folders.
/// Measured times are left out, and so is whatever lasts for one sitting only.
QString orderJson(const RunOrder& order);

/// Reads it back. Throws BadInput that names what is missing or wrong.
RunOrder orderFromJson(const QString& json);

/// What is left of a job whose first `done` pictures are made. A grid knows that itself.
RunOrder restOf(const RunOrder& order, int done);

}  // namespace tstitch::ui
