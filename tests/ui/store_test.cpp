#include "ui/store/store.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QThread>

#include "tests/ui/qt_test.h"

using namespace tstitch;
using ui::Database;
using ui::DatabaseOrigin;
using ui::Schema;
using ui::Store;
using ui::Stored;

namespace {

const Schema kFirst{{QStringLiteral("CREATE TABLE things (name TEXT)")}};
const Schema kSecond{kFirst.first(), {QStringLiteral("ALTER TABLE things ADD COLUMN size INTEGER")}};

void put(Database& database, const QString& name) {
  database.run(QStringLiteral("INSERT INTO things (name) VALUES (?)"), {name});
}

int count(Database& database) {
  QSqlQuery rows = database.run(QStringLiteral("SELECT count(*) FROM things"));
  return rows.next() ? rows.value(0).toInt() : -1;
}

}  // namespace

class StoreTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    file_ = folder_->filePath(QStringLiteral("studio.db"));
  }

  void whatWasWrittenIsThereAgain() {
    {
      Database database(file_, kFirst);
      QCOMPARE(database.origin(), DatabaseOrigin::Created);
      put(database, QStringLiteral("fox"));
    }
    Database database(file_, kFirst);
    QCOMPARE(database.origin(), DatabaseOrigin::Opened);
    QVERIFY(database.problem().isEmpty());
    QCOMPARE(count(database), 1);
  }

  void everyCommitIsFlushed() {
    Database database(file_, kFirst);
    QSqlQuery mode = database.run(QStringLiteral("PRAGMA journal_mode"));
    QVERIFY(mode.next());
    QCOMPARE(mode.value(0).toString(), QStringLiteral("wal"));
    QSqlQuery flush = database.run(QStringLiteral("PRAGMA synchronous"));
    QVERIFY(flush.next());
    QCOMPARE(flush.value(0).toInt(), 2);  // FULL
  }

  void anUnwrittenTextIsAnEmptyOne() {
    Database database(file_, {{QStringLiteral("CREATE TABLE things (name TEXT NOT NULL)")}});
    put(database, QString());
    QCOMPARE(count(database), 1);
  }

  void aFailedTransactionLeavesNothing() {
    Database database(file_, kFirst);
    const auto work = [&] {
      put(database, QStringLiteral("fox"));
      database.run(QStringLiteral("INSERT INTO nowhere VALUES (1)"));
    };
    QVERIFY_THROWS_EXCEPTION(ui::StoreProblem, database.inTransaction(work));
    QCOMPARE(count(database), 0);
  }

  void anOlderVersionIsCopiedAndBroughtUpToDate() {
    {
      Database database(file_, kFirst);
      put(database, QStringLiteral("fox"));
    }
    {
      Database database(file_, kSecond);
      QCOMPARE(database.origin(), DatabaseOrigin::Opened);
      QCOMPARE(count(database), 1);
      database.run(QStringLiteral("UPDATE things SET size = 3"));
    }
    Database copy(file_ + QStringLiteral(".version-1"), kFirst);
    QCOMPARE(copy.origin(), DatabaseOrigin::Opened);
    QCOMPARE(count(copy), 1);
  }

  void aNewerVersionIsLeftAlone() {
    {
      Database database(file_, kSecond);
      put(database, QStringLiteral("fox"));
    }
    {
      Database older(file_, kFirst);
      QCOMPARE(older.origin(), DatabaseOrigin::Passing);
      QVERIFY2(older.problem().contains(file_), qPrintable(older.problem()));
      put(older, QStringLiteral("owl"));  // lasts for this sitting
    }
    Database database(file_, kSecond);
    QCOMPARE(count(database), 1);
  }

  void aDamagedFileIsSetAside_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("no database at all") << QByteArray("not a database, but long enough to be looked at ").repeated(40);
    QTest::newRow("only its beginning") << QByteArray("SQLite format 3\0\x10\0", 18);
  }
  void aDamagedFileIsSetAside() {
    QFETCH(QByteArray, bytes);
    write(bytes);
    Database database(file_, kFirst);
    QCOMPARE(database.origin(), DatabaseOrigin::Rebuilt);
    QVERIFY2(database.problem().contains(QStringLiteral(".damaged-")), qPrintable(database.problem()));
    put(database, QStringLiteral("fox"));
    QCOMPARE(count(database), 1);
    const QStringList aside = QDir(folder_->path()).entryList({QStringLiteral("studio.db.damaged-*")});
    QCOMPARE(aside.size(), 1);
  }

  void aPageThatWasOverwrittenIsSeen() {
    {
      Database database(file_, kFirst);
      for (int i = 0; i < 2000; ++i) put(database, QStringLiteral("a thing with a longer name %1").arg(i));
    }
    QFile file(file_);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(file.size() / 2));
    file.write(QByteArray(8192, '\x5a'));
    file.close();
    Database database(file_, kFirst);
    QCOMPARE(database.origin(), DatabaseOrigin::Rebuilt);
  }

  void aPlaceThatCannotBeWrittenIsSaid() {
    Database database(folder_->filePath(QStringLiteral("missing/studio.db")), kFirst);
    QCOMPARE(database.origin(), DatabaseOrigin::Passing);
    QVERIFY(!database.problem().isEmpty());
    put(database, QStringLiteral("fox"));
    QCOMPARE(count(database), 1);
  }

  void workIsDoneInOrderByOneThreadAndAnsweredHere() {
    Store store(file_, kFirst);
    QThread* worker = nullptr;
    QThread* answerer = nullptr;
    int seen = 0;
    store.tell([&](Database& database) { put(database, QStringLiteral("fox")); });
    store.ask(
        this,
        [&](Database& database) {
          worker = QThread::currentThread();
          return count(database);
        },
        [&](const Stored<int>& reply) {
          answerer = QThread::currentThread();
          seen = reply.value.value_or(-1);
        });
    QTRY_COMPARE(seen, 1);
    QVERIFY(worker != QThread::currentThread());
    QCOMPARE(answerer, QThread::currentThread());
  }

  void whatWasAskedForBeforeTheEndIsDone() {
    {
      Store store(file_, kFirst);
      for (int i = 0; i < 100; ++i) {
        store.tell([](Database& database) { put(database, QStringLiteral("fox")); });
      }
    }
    Database database(file_, kFirst);
    QCOMPARE(count(database), 100);
  }

  void whatGoesWrongIsASentence() {
    Store store(file_, kFirst);
    QString problem, told;
    store.setProblemSink([&](const QString& sentence) { told = sentence; });
    store.ask(
        this, [](Database& database) { return database.run(QStringLiteral("SELECT nothing")).next(); },
        [&](const Stored<bool>& reply) { problem = reply.problem; });
    QTRY_VERIFY(problem.contains(QStringLiteral("nothing")));
    store.tell([](Database& database) { database.run(QStringLiteral("SELECT more")); });
    QTRY_VERIFY(told.contains(QStringLiteral("more")));
  }

 private:
  void write(const QByteArray& bytes) const {
    QFile file(file_);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
  }

  std::unique_ptr<QTemporaryDir> folder_;
  QString file_;
};

TSTITCH_UI_TEST(StoreTest)

#include "store_test.moc"
