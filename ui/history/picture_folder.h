#pragma once

#include <QString>
#include <QStringList>

namespace tstitch::ui {

/// The pictures below a folder that may be entries of the history, the oldest first: of a grid's folder its cells, not
/// its sheet or what was exported. Links to folders are not followed. With `newerThan` (milliseconds since 1970) only
/// those that were written since. May be called in any thread.
QStringList picturesBelow(const QString& folder, qint64 newerThan = 0);

}  // namespace tstitch::ui
