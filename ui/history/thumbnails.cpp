#include "ui/history/thumbnails.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <utility>

#include "ui/convert/picture_loader.h"

namespace tstitch::ui {
namespace {

constexpr int kMostInMemory = 600;
constexpr qsizetype kMostWanted = 60;
constexpr qsizetype kAtATime = 2;
constexpr int kQuality = 85;

struct Thumbnail {
  QImage image;
  bool isMade = false;  ///< from the picture itself
};

/// Another picture under the same name has another one.
QString placeOf(const QString& folder, const QFileInfo& picture) {
  QCryptographicHash hash(QCryptographicHash::Sha256);
  hash.addData(picture.absoluteFilePath().toUtf8());
  hash.addData(QByteArray::number(picture.lastModified().toMSecsSinceEpoch()));
  hash.addData(QByteArray::number(picture.size()));
  const QString name = QString::fromLatin1(hash.result().toHex().left(32));
  return QStringLiteral("%1/%2/%3.jpg").arg(folder, name.left(2), name);
}

/// A folder that cannot be written only makes the next sitting slower.
void keep(const QImage& image, const QString& place) {
  QDir().mkpath(QFileInfo(place).absolutePath());
  QSaveFile file(place);
  if (file.open(QIODevice::WriteOnly) && image.save(&file, "JPEG", kQuality)) file.commit();
}

Thumbnail thumbnailOf(const QString& folder, const QString& path) {
  const QFileInfo picture(path);
  if (!picture.isFile()) return {};
  const QString place = folder.isEmpty() ? QString() : placeOf(folder, picture);
  if (QImage kept; !place.isEmpty() && kept.load(place)) return {kept, false};
  QImage image = loadPicture(path).image;
  if (image.isNull()) return {};
  image = image.scaled(Thumbnails::kSide, Thumbnails::kSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
  if (!place.isEmpty()) keep(image, place);
  return {image, true};
}

}  // namespace

Thumbnails::Thumbnails(QString folder, QObject* parent)
    : QObject(parent), folder_(std::move(folder)), images_(kMostInMemory) {}

QImage Thumbnails::of(const QString& picture) {
  if (const QImage* known = images_.object(picture)) return *known;
  if (underWay_.contains(picture)) return {};
  wanted_.removeOne(picture);
  wanted_ << picture;
  if (wanted_.size() > kMostWanted) wanted_.removeFirst();
  startSome();
  return {};
}

void Thumbnails::startSome() {
  while (underWay_.size() < kAtATime && !wanted_.isEmpty()) {
    const QString picture = wanted_.takeLast();
    underWay_ << picture;
    const auto result = std::make_shared<Thumbnail>();
    const auto work = [result, picture, folder = folder_] {
      *result = thumbnailOf(folder, picture);
      return QString();
    };
    inBackground(this, work, [this, picture, result](const QString&) {
      underWay_.remove(picture);
      made_ += result->isMade ? 1 : 0;
      images_.insert(picture, new QImage(result->image));
      Q_EMIT ready(picture);
      startSome();
    });
  }
}

}  // namespace tstitch::ui
