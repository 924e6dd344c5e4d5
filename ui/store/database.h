#pragma once

#include <QList>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QStringList>
#include <QVariant>
#include <functional>
#include <stdexcept>

namespace tstitch::ui {

/// Why something could not be read or written, as a sentence.
class StoreProblem : public std::runtime_error {
 public:
  explicit StoreProblem(const QString& sentence) : std::runtime_error(sentence.toStdString()) {}
  [[nodiscard]] QString sentence() const { return QString::fromUtf8(what()); }
};

/// What each version of a database adds to the one before it: its statements. The first makes an empty file one.
using Schema = QList<QStringList>;

/// Where a database came from.
enum class DatabaseOrigin {
  Opened,   ///< it was there
  Created,  ///< there was none
  Rebuilt,  ///< what was there is damaged and was set aside
  Passing,  ///< its file cannot be used: what is written lasts for this sitting
};

/// One connection to an SQLite file, made, used and ended in one thread. A write is on the disk once its call (or the
/// transaction around it) has returned: write-ahead log, flushed at each commit.
class Database {
 public:
  /// Opens the file, or makes it, in the newest version of `schema`. Before an older one is brought up to date, a copy
  /// of it is laid beside it (`NAME.version-N`). What is damaged is laid aside as `NAME.damaged-TIME`. Never throws for
  /// what is wrong with the file: see origin() and problem().
  Database(QString file, const Schema& schema);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] DatabaseOrigin origin() const { return origin_; }
  /// There is nothing in it that an earlier sitting wrote.
  [[nodiscard]] bool isNew() const { return origin_ != DatabaseOrigin::Opened; }
  /// What became of a file that could not be used or was set aside; empty when all is well.
  [[nodiscard]] const QString& problem() const { return problem_; }

  /// Throws StoreProblem.
  QSqlQuery run(const QString& statement, const QVariantList& values = {});
  /// All of it or nothing. Throws what `work` throws.
  void inTransaction(const std::function<void()>& work);

 private:
  void open(const Schema& schema);
  void connectTo(const QString& file);
  void disconnect();
  [[nodiscard]] bool isSound();
  void bringUpToDate(const Schema& schema);
  void setAside();
  void openPassing(const Schema& schema, const QString& reason);

  QString file_;
  QString connection_;
  DatabaseOrigin origin_ = DatabaseOrigin::Opened;
  QString problem_;
};

}  // namespace tstitch::ui
