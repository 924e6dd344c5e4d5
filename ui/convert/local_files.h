#pragma once

#include <QString>
#include <QStringList>
#include <filesystem>

class QMimeData;

namespace tstitch::ui {

/// The files and folders of this machine in what was dropped or copied.
QStringList localFiles(const QMimeData& data);
/// The first of them; empty when there is none.
QString firstLocalFile(const QMimeData& data);

/// True where the name ends as those of pictures do that can be read: .png, .jpg, .jpeg, .webp.
bool hasPictureName(const QString& path);
/// The same as a filter for QFileDialog.
QString pictureFilter();

/// What a model or picture at `place` is called in a request: `known` (with its hashes) as long as it is the same
/// place.
template <class Reference>
Reference referenceTo(const Reference& known, const QString& place) {
  const std::filesystem::path location(place.toStdString());
  if (known.location == location) return known;
  Reference reference;
  reference.name = (location.has_filename() ? location.filename() : location.parent_path().filename()).string();
  reference.location = location;
  return reference;
}

}  // namespace tstitch::ui
