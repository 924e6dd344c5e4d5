#pragma once

#include <QDir>
#include <QFile>
#include <QList>
#include <QString>

#include <sys/types.h>

namespace tstitch::test {

/// The processes that this one started and whose command line holds the word `worker`.
inline QList<pid_t> workersOf(qint64 parent) {
  QList<pid_t> found;
  for (const QString& name : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
    QFile status(QStringLiteral("/proc/%1/stat").arg(name)), command(QStringLiteral("/proc/%1/cmdline").arg(name));
    if (!status.open(QIODevice::ReadOnly) || !command.open(QIODevice::ReadOnly)) continue;
    const QByteArray line = status.readAll();
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    if (fields.value(1).toLongLong() == parent && command.readAll().contains("worker")) found << name.toInt();
  }
  return found;
}

}  // namespace tstitch::test
