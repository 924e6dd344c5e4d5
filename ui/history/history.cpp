#include "ui/history/history.h"

#include <QDateTime>
#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "ui/history/picture_folder.h"

namespace tstitch::ui {
namespace {

/// Pictures that are read in at a time, so that other work of the store comes in between.
constexpr qsizetype kReadAtATime = 20;

const QString kColumns = QStringLiteral("id, path, made_at, subject, pair, percent, seed, seconds, starred");

HistoryEntry entryOf(const QSqlQuery& row) {
  HistoryEntry entry;
  entry.id = row.value(0).toLongLong();
  entry.path = row.value(1).toString();
  entry.madeAt = row.value(2).toLongLong();
  entry.subject = row.value(3).toString();
  entry.pair = row.value(4).toString();
  entry.percent = row.value(5).toInt();
  entry.seed = static_cast<quint64>(row.value(6).toLongLong());
  if (!row.value(7).isNull()) entry.seconds = row.value(7).toDouble();
  entry.starred = row.value(8).toBool();
  return entry;
}

/// Whatever the path stood for before gives way.
void write(Database& database, const HistoryRecord& record) {
  const HistoryEntry& entry = record.entry;
  database.inTransaction([&] {
    QSqlQuery put = database.run(
        QStringLiteral("INSERT INTO pictures (path, made_at, subject, pair, percent, seed, seconds, asked, words)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                       " ON CONFLICT (path) DO UPDATE SET made_at = excluded.made_at, subject = excluded.subject,"
                       " pair = excluded.pair, percent = excluded.percent, seed = excluded.seed,"
                       " seconds = excluded.seconds, asked = excluded.asked, words = excluded.words, starred = 0,"
                       " hidden = 0 RETURNING id"),
        {entry.path, entry.madeAt, entry.subject, entry.pair, entry.percent, static_cast<qint64>(entry.seed),
         entry.seconds ? QVariant(*entry.seconds) : QVariant(), record.asked.isEmpty() ? QVariant() : record.asked,
         record.words});
    put.next();
    const QVariant id = put.value(0);
    put.finish();
    database.run(QStringLiteral("INSERT OR REPLACE INTO picture_requests VALUES (?, ?)"), {id, record.json});
  });
}

/// Under that path, and not as another picture that lay there before.
bool isKnown(Database& database, const QString& path) {
  const qint64 writtenAt = QFileInfo(path).lastModified().toMSecsSinceEpoch();
  return database.run(QStringLiteral("SELECT 1 FROM pictures WHERE path = ? AND made_at = ?"), {path, writtenAt})
      .next();
}

/// Nothing where it is no picture of ours, or cannot be read.
std::optional<HistoryRecord> recordIn(const QString& path) {
  try {
    return readRecord(path);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Adds one that is not known; its request, or nothing.
std::optional<GenerationRequest> adopt(Database& database, const QString& path) {
  if (isKnown(database, path)) return std::nullopt;
  const auto record = recordIn(path);
  if (!record) return std::nullopt;
  write(database, *record);
  return parse_picture_request(record->json.toStdString(), path.toStdString()).request;
}

QString condition(const HistoryQuery& query, QVariantList& values) {
  QString all = QStringLiteral("hidden = 0");
  const auto demand = [&](const char* text, const QVariant& value) {
    all += QStringLiteral(" AND ") + QLatin1String(text);
    values << value;
  };
  for (const QString& word : searchable(query.text).split(u' ', Qt::SkipEmptyParts)) {
    demand("instr(words, ?) > 0", word);
  }
  if (query.starredOnly) demand("starred = ?", 1);
  if (!query.pair.isEmpty()) demand("pair = ?", query.pair);
  if (query.percent) demand("percent = ?", *query.percent);
  if (query.since > 0) demand("made_at >= ?", query.since);
  return all;
}

HistoryFound search(Database& database, const HistoryQuery& query) {
  HistoryFound found;
  QSqlQuery count = database.run(QStringLiteral("SELECT count(*) FROM pictures WHERE hidden = 0"));
  if (count.next()) found.total = count.value(0).toInt();
  QVariantList values;
  const QString where = condition(query, values);
  QSqlQuery rows = database.run(
      QStringLiteral("SELECT id FROM pictures WHERE %1 ORDER BY made_at DESC, id DESC").arg(where), values);
  while (rows.next()) found.ids << rows.value(0).toLongLong();
  return found;
}

QList<HistoryEntry> entries(Database& database, const QList<qint64>& ids) {
  QStringList numbers;
  for (const qint64 id : ids) numbers << QString::number(id);
  QSqlQuery rows = database.run(
      QStringLiteral("SELECT %1 FROM pictures WHERE hidden = 0 AND id IN (%2)").arg(kColumns, numbers.join(u',')));
  QList<HistoryEntry> found;
  while (rows.next()) found << entryOf(rows);
  return found;
}

HistoryChoices choices(Database& database) {
  HistoryChoices all;
  QSqlQuery pairs = database.run(QStringLiteral("SELECT DISTINCT pair FROM pictures WHERE hidden = 0 ORDER BY pair"));
  while (pairs.next()) all.pairs << pairs.value(0).toString();
  QSqlQuery ratios =
      database.run(QStringLiteral("SELECT DISTINCT percent FROM pictures WHERE hidden = 0 ORDER BY percent"));
  while (ratios.next()) all.percents << ratios.value(0).toInt();
  return all;
}

QString earlier(Database& database, const QByteArray& asked) {
  QSqlQuery rows =
      database.run(QStringLiteral("SELECT path FROM pictures WHERE asked = ? ORDER BY made_at DESC, id DESC"), {asked});
  while (rows.next()) {
    const QString path = rows.value(0).toString();
    if (QFileInfo::exists(path)) return path;
  }
  return {};
}

bool wantsRebuild(Database& database) {
  QSqlQuery fact = database.run(QStringLiteral("SELECT value FROM facts WHERE name = 'rebuild'"));
  return fact.next() && fact.value(0).toString() == QLatin1String("wanted");
}

}  // namespace

History::History(Store& store, QObject* parent) : QObject(parent), store_(store) {}

void History::start(const QString& outputFolder) {
  store_.ask(
      this,
      [outputFolder](Database& database) {
        return wantsRebuild(database) ? std::optional(picturesBelow(outputFolder)) : std::nullopt;
      },
      [this](const Stored<std::optional<QStringList>>& reply) {
        if (reply.value && *reply.value) readIn(**reply.value);
      });
}

void History::readIn(const QStringList& paths) {
  if (paths.isEmpty()) {
    store_.tell([](Database& database) {
      database.run(QStringLiteral("UPDATE facts SET value = 'done' WHERE name = 'rebuild'"));
    });
    return;
  }
  const auto work = [now = paths.mid(0, kReadAtATime)](Database& database) {
    int added = 0;
    for (const QString& path : now) added += adopt(database, path) ? 1 : 0;
    return added;
  };
  store_.ask(this, work, [this, rest = paths.mid(kReadAtATime)](const Stored<int>& reply) {
    if (!reply.value) return;
    if (*reply.value > 0) Q_EMIT changed();
    readIn(rest);
  });
}

void History::add(const QString& path, const std::optional<GenerationRequest>& asked) {
  const auto work = [path, asked](Database& database) {
    auto record = recordIn(path);
    if (!record && asked) record = recordOf(path, {*asked, {}});
    if (!record) return false;
    if (asked) record->asked = keyOf(*asked);
    write(database, *record);
    return true;
  };
  store_.ask(this, work, [this](const Stored<bool>& reply) {
    if (reply.value.value_or(false)) Q_EMIT changed();
  });
}

void History::adoptNewer(const QString& folder, qint64 since, QObject* context,
                         std::function<void(const QList<GenerationRequest>&)> done) {
  const auto work = [folder, since](Database& database) {
    QList<GenerationRequest> adopted;
    for (const QString& path : picturesBelow(folder, since)) {
      if (const auto request = adopt(database, path)) adopted << *request;
    }
    return adopted;
  };
  store_.ask(context, work, [this, done = std::move(done)](const Stored<QList<GenerationRequest>>& reply) {
    const auto adopted = reply.value.value_or(QList<GenerationRequest>());
    done(adopted);
    if (!adopted.isEmpty()) Q_EMIT changed();
  });
}

void History::find(const HistoryQuery& query, QObject* context, std::function<void(const HistoryFound&)> done) {
  store_.ask(
      context, [query](Database& database) { return search(database, query); },
      [done = std::move(done)](const Stored<HistoryFound>& reply) { done(reply.value.value_or(HistoryFound())); });
}

void History::read(const QList<qint64>& ids, QObject* context, std::function<void(const QList<HistoryEntry>&)> done) {
  store_.ask(
      context, [ids](Database& database) { return entries(database, ids); },
      [done = std::move(done)](const Stored<QList<HistoryEntry>>& reply) {
        done(reply.value.value_or(QList<HistoryEntry>()));
      });
}

void History::readRequest(qint64 id, QObject* context, std::function<void(const std::optional<PictureRequest>&)> done) {
  const auto work = [id](Database& database) {
    QSqlQuery row = database.run(QStringLiteral("SELECT json FROM picture_requests WHERE picture = ?"), {id});
    if (!row.next()) throw StoreProblem(QStringLiteral("This picture is not in the history any more."));
    return parse_picture_request(row.value(0).toString().toStdString());
  };
  store_.ask(context, work, [done = std::move(done)](const Stored<PictureRequest>& reply) { done(reply.value); });
}

void History::readChoices(QObject* context, std::function<void(const HistoryChoices&)> done) {
  store_.ask(
      context, [](Database& database) { return choices(database); },
      [done = std::move(done)](const Stored<HistoryChoices>& reply) { done(reply.value.value_or(HistoryChoices())); });
}

void History::findEarlier(const GenerationRequest& asked, QObject* context, std::function<void(const QString&)> done) {
  store_.ask(
      context, [asked](Database& database) { return earlier(database, keyOf(asked)); },
      [done = std::move(done)](const Stored<QString>& reply) { done(reply.value.value_or(QString())); });
}

void History::setStarred(qint64 id, bool starred) {
  store_.tell([id, starred](Database& database) {
    database.run(QStringLiteral("UPDATE pictures SET starred = ? WHERE id = ?"), {starred ? 1 : 0, id});
  });
  Q_EMIT changed();
}

qint64 History::remove(qint64 id) {
  return hide(QStringLiteral("id = %1").arg(id));
}

qint64 History::removeAll() {
  return hide(QStringLiteral("hidden = 0"));
}

qint64 History::hide(const QString& which) {
  lastRemoval_ = std::max(lastRemoval_ + 1, QDateTime::currentMSecsSinceEpoch());
  store_.tell([which, removal = lastRemoval_](Database& database) {
    database.run(QStringLiteral("UPDATE pictures SET hidden = ? WHERE hidden = 0 AND %1").arg(which), {removal});
  });
  Q_EMIT changed();
  return lastRemoval_;
}

void History::bringBack(qint64 removal) {
  store_.tell([removal](Database& database) {
    database.run(QStringLiteral("UPDATE pictures SET hidden = 0 WHERE hidden = ?"), {removal});
  });
  Q_EMIT changed();
}

void History::forget(qint64 id) {
  store_.tell([id](Database& database) {
    database.inTransaction([&] {
      database.run(QStringLiteral("DELETE FROM picture_requests WHERE picture = ?"), {id});
      database.run(QStringLiteral("DELETE FROM pictures WHERE id = ?"), {id});
    });
  });
  Q_EMIT changed();
}

}  // namespace tstitch::ui
