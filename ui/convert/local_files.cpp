#include "ui/convert/local_files.h"

#include <QCoreApplication>
#include <QMimeData>
#include <QUrl>
#include <algorithm>

namespace tstitch::ui {
namespace {

const QStringList& pictureEndings() {
  static const QStringList kEndings{QStringLiteral(".png"), QStringLiteral(".jpg"), QStringLiteral(".jpeg"),
                                    QStringLiteral(".webp")};
  return kEndings;
}

}  // namespace

QStringList localFiles(const QMimeData& data) {
  QStringList files;
  for (const QUrl& url : data.urls()) {
    if (url.isLocalFile()) files << url.toLocalFile();
  }
  return files;
}

QString firstLocalFile(const QMimeData& data) {
  return localFiles(data).value(0);
}

bool hasPictureName(const QString& path) {
  return std::any_of(pictureEndings().begin(), pictureEndings().end(),
                     [&](const QString& ending) { return path.endsWith(ending, Qt::CaseInsensitive); });
}

QString pictureFilter() {
  QStringList patterns;
  for (const QString& ending : pictureEndings()) patterns << u'*' + ending;
  return QCoreApplication::translate("PictureFilter", "Pictures (%1)").arg(patterns.join(u' '));
}

}  // namespace tstitch::ui
