#pragma once

#include <QString>

class QMimeData;

namespace tstitch::ui {

/// The first file or folder of this machine in what was dropped or copied; empty when there is none.
QString firstLocalFile(const QMimeData& data);

/// True where the name ends as those of pictures do that can be read: .png, .jpg, .jpeg, .webp.
bool hasPictureName(const QString& path);
/// The same as a filter for QFileDialog.
QString pictureFilter();

}  // namespace tstitch::ui
