#include "ui/convert/picture_writer.h"

#include <QDir>
#include <QFileInfo>

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "ui/convert/image_convert.h"

namespace tstitch::ui {

QString saveNumbered(const QImage& image, const QString& folder, const QString& stem) {
  const QDir place(folder);
  if (!place.mkpath(QStringLiteral("."))) {
    throw BadInput("The folder cannot be made.", folder.toStdString(), "Choose another output folder in Preferences.");
  }
  const Image pixels = toImage(image);
  for (int number = 1;; ++number) {
    QString path = place.absoluteFilePath(QStringLiteral("%1-%2.png").arg(stem).arg(number, 4, 10, QLatin1Char('0')));
    if (QFileInfo::exists(path)) continue;
    if (write_new_png(path.toStdString(), pixels, {}) == NewFile::Written) return path;
  }
}

}  // namespace tstitch::ui
