#include "ui/source/mask.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QPainter>
#include <algorithm>

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "ui/additions/fit_shown.h"
#include "ui/convert/image_convert.h"

namespace tstitch::ui {
namespace {

constexpr int kHalf = 128;
constexpr uchar kWhite = 255;

void cutAtHalf(QImage& pixels) {
  for (int y = 0; y < pixels.height(); ++y) {
    uchar* line = pixels.scanLine(y);
    std::transform(line, line + pixels.width(), line, [](uchar value) { return value >= kHalf ? kWhite : uchar{0}; });
  }
}

}  // namespace

Mask::Mask(QSize size) : pixels_(size, QImage::Format_Grayscale8) {
  clear();
}

Mask::Mask(const QImage& picture, QSize size)
    : pixels_(picture.convertToFormat(QImage::Format_Grayscale8).scaled(size)) {
  cutAtHalf(pixels_);
}

double Mask::share() const {
  qint64 white = 0;
  for (int y = 0; y < pixels_.height(); ++y) {
    const uchar* line = pixels_.constScanLine(y);
    white += std::count(line, line + pixels_.width(), kWhite);
  }
  const qint64 all = static_cast<qint64>(pixels_.width()) * pixels_.height();
  return all == 0 ? 0 : static_cast<double>(white) / static_cast<double>(all);
}

void Mask::paint(QPointF from, QPointF to, double radius, bool white) {
  QPainter painter(&pixels_);
  painter.setPen(QPen(white ? Qt::white : Qt::black, 2 * radius, Qt::SolidLine, Qt::RoundCap));
  from == to ? painter.drawPoint(from) : painter.drawLine(from, to);
}

QImage seenByRun(const QImage& picture, Extent run, int side) {
  const QRectF frame = fitShown(picture.size(), run, ControlFit::Crop).frame;
  const QRect part = QRectF(frame.x() * picture.width(), frame.y() * picture.height(), frame.width() * picture.width(),
                            frame.height() * picture.height())
                         .toAlignedRect()
                         .intersected(picture.rect());
  QImage seen = picture.copy(part);
  if (std::max(seen.width(), seen.height()) <= side) return seen;
  return seen.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

QString saveMask(const Mask& mask, const QString& folder) {
  const QDir place(folder);
  if (!place.mkpath(QStringLiteral("."))) throw BadInput("The folder cannot be made.", folder.toStdString());
  QCryptographicHash hash(QCryptographicHash::Sha256);
  hash.addData(QByteArray::number(mask.size().width()) + 'x');
  for (int y = 0; y < mask.size().height(); ++y) {
    hash.addData(QByteArray(reinterpret_cast<const char*>(mask.pixels().constScanLine(y)), mask.size().width()));
  }
  QString path = place.absoluteFilePath(QString::fromLatin1(hash.result().toHex()) + QStringLiteral(".png"));
  if (!QFileInfo::exists(path)) static_cast<void>(write_new_png(path.toStdString(), toImage(mask.pixels()), {}));
  return path;
}

}  // namespace tstitch::ui
