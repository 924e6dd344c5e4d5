#include "ui/store/database.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QMetaType>
#include <QSqlError>
#include <QUuid>
#include <utility>

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("Database", text);
}

/// The files that SQLite keeps beside the database belong to it.
constexpr const char* kCompanions[] = {"-wal", "-shm", "-journal"};

/// Qt makes NULL of a text that was never written to, as that of an empty prompt.
QVariant bound(const QVariant& value) {
  const bool isUnwritten = value.typeId() == QMetaType::QString && value.toString().isNull();
  return isUnwritten ? QVariant(QLatin1String("")) : value;
}

QString memory() {
  return QStringLiteral(":memory:");
}

}  // namespace

Database::Database(QString file, const Schema& schema)
    : file_(std::move(file)), connection_(QUuid::createUuid().toString(QUuid::WithoutBraces)) {
  open(schema);
}

Database::~Database() {
  disconnect();
}

void Database::open(const Schema& schema) {
  const QFileInfo info(file_);
  const bool wasThere = info.exists() && info.size() > 0;
  origin_ = wasThere ? DatabaseOrigin::Opened : DatabaseOrigin::Created;
  try {
    connectTo(file_);
    if (wasThere && !isSound()) {
      setAside();
      origin_ = DatabaseOrigin::Rebuilt;
      connectTo(file_);
    }
    bringUpToDate(schema);
  } catch (const StoreProblem& problem) {
    openPassing(schema, problem.sentence());
  }
}

void Database::connectTo(const QString& file) {
  QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection_);
  database.setDatabaseName(file);
  database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
  if (!database.open()) throw StoreProblem(database.lastError().databaseText());
}

void Database::disconnect() {
  if (!QSqlDatabase::contains(connection_)) return;
  QSqlDatabase::database(connection_, false).close();
  QSqlDatabase::removeDatabase(connection_);
}

/// A file that SQLite cannot read at all fails here, too, not when it is opened.
bool Database::isSound() {
  try {
    QSqlQuery check = run(QStringLiteral("PRAGMA quick_check(1)"));
    return check.next() && check.value(0).toString() == QLatin1String("ok");
  } catch (const StoreProblem&) {
    return false;
  }
}

void Database::setAside() {
  disconnect();
  const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
  const QString aside = QStringLiteral("%1.damaged-%2").arg(file_, stamp);
  if (!QFile::rename(file_, aside)) throw StoreProblem(tr("%1 is damaged and cannot be moved aside.").arg(file_));
  for (const char* companion : kCompanions) {
    const QString ending = QString::fromLatin1(companion);
    QFile::rename(file_ + ending, aside + ending);
  }
  problem_ = tr("The store of history and queue was damaged and is made anew; the old one lies in %1.").arg(aside);
}

void Database::bringUpToDate(const Schema& schema) {
  run(QStringLiteral("PRAGMA journal_mode=WAL"));
  run(QStringLiteral("PRAGMA synchronous=FULL"));
  QSqlQuery asked = run(QStringLiteral("PRAGMA user_version"));
  const int version = asked.next() ? asked.value(0).toInt() : 0;
  asked.finish();
  if (version > schema.size()) {
    throw StoreProblem(tr("a newer version of the program wrote %1").arg(file_));
  }
  if (version == schema.size()) return;
  if (version > 0) {
    const QString copy = QStringLiteral("%1.version-%2").arg(file_).arg(version);
    QFile::remove(copy);  // of a start that did not come to its end
    run(QStringLiteral("VACUUM INTO ?"), {copy});
  }
  inTransaction([&] {
    for (const QStringList& step : schema.mid(version)) {
      for (const QString& statement : step) run(statement);
    }
    run(QStringLiteral("PRAGMA user_version=%1").arg(schema.size()));
  });
}

void Database::openPassing(const Schema& schema, const QString& reason) {
  disconnect();
  origin_ = DatabaseOrigin::Passing;
  problem_ = tr("History and queue are kept for this sitting only: %1 (%2).").arg(file_, reason);
  connectTo(memory());
  bringUpToDate(schema);
}

QSqlQuery Database::run(const QString& statement, const QVariantList& values) {
  QSqlQuery query(QSqlDatabase::database(connection_, false));
  query.setForwardOnly(true);
  bool done = query.prepare(statement);
  for (const QVariant& value : values) query.addBindValue(bound(value));
  done = done && query.exec();
  if (!done) throw StoreProblem(query.lastError().databaseText());
  return query;
}

void Database::inTransaction(const std::function<void()>& work) {
  run(QStringLiteral("BEGIN IMMEDIATE"));
  try {
    work();
    run(QStringLiteral("COMMIT"));
  } catch (...) {
    QSqlDatabase::database(connection_, false).rollback();
    throw;
  }
}

}  // namespace tstitch::ui
