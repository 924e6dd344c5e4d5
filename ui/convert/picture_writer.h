#pragma once

#include <QImage>
#include <QString>

namespace tstitch::ui {

/// Writes PNG under `folder`/STEM-NNNN.png with the first free number, atomically; the folder is made where it is not
/// there. May be called in any thread. Returns the absolute path; throws Error.
QString saveNumbered(const QImage& image, const QString& folder, const QString& stem);

}  // namespace tstitch::ui
