#include "ui/help/studio_log.h"

#include <QDateTime>
#include <QRegularExpression>
#include <algorithm>

namespace tstitch::ui {
namespace {

constexpr qint64 kMostBytes = 1 << 20;

}  // namespace

StudioLog::StudioLog(const QString& path) : file_(path) {
  if (!path.isEmpty()) file_.open(QIODevice::ReadWrite | QIODevice::Append);
}

void StudioLog::write(const QString& sentence) {
  if (!file_.isOpen()) return;
  QString line = sentence;
  line.replace(u'\n', u' ');
  file_.write(QStringLiteral("%1 %2\n").arg(QDateTime::currentDateTime().toString(Qt::ISODate), line).toUtf8());
  file_.flush();
  if (file_.size() > kMostBytes) turnOver();
}

void StudioLog::turnOver() {
  const QString path = file_.fileName();
  const QString before = path + QStringLiteral(".1");
  file_.close();
  QFile::remove(before);
  QFile::rename(path, before);
  file_.setFileName(path);
  file_.open(QIODevice::ReadWrite | QIODevice::Append);
}

QStringList StudioLog::lastLines(int most) const {
  QFile file(file_.fileName());
  if (!file.open(QIODevice::ReadOnly)) return {};
  QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
  return lines.mid(std::max<qsizetype>(0, lines.size() - most));
}

/// Whatever follows a slash or a drive's letter up to a mark that ends a place in our sentences is one.
QString withoutPrivateParts(QString text) {
  static const QRegularExpression kQuoted(
      QStringLiteral("\"[^\"\\n]*\"|\u201c[^\u201d\\n]*\u201d|\u201e[^\u201c\\n]*\u201c"));
  static const QRegularExpression kPlace(
      QStringLiteral("(?<![\\w:])(?:file:/+|~?/|[A-Za-z]:[\\\\/]|\\\\\\\\)[^\\n:;,\"'()]*[^\\n:;,\"'().\\s]"));
  text.replace(kQuoted, QStringLiteral("<text>"));
  text.replace(kPlace, QStringLiteral("<path>"));
  return text;
}

}  // namespace tstitch::ui
