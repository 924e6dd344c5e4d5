#pragma once

#include <QString>
#include <QStringList>

#include "core/picture_text/picture_text_reading.h"

namespace tstitch::ui {

/// What the window says about another program's text: whose it is, what was taken over, what was left out and why the
/// picture will differ. Of its LoRAs those that became rows, and those that no folder of models holds.
QString importReport(const PictureParameters& parameters, const QStringList& foundLoras = {},
                     const QStringList& missingLoras = {});

}  // namespace tstitch::ui
