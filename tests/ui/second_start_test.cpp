#include "ui/session/second_start.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <atomic>
#include <thread>

#include "tests/ui/qt_test.h"

using tstitch::ui::decodeSecondStart;
using tstitch::ui::encodeSecondStart;
using tstitch::ui::SecondStart;
using tstitch::ui::SecondStartListener;

/// Row 15 of the window in use: a second start gives its pictures to the open window.
class SecondStartTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void row15_theOpenWindowTakesThePictures() {
    const QTemporaryDir folder;
    expectHandOver(folder.path());
  }

  void aPathThatIsTooLongForASocketIsNoObstacle() {
    const QTemporaryDir folder;
    const QTemporaryDir runtime(QStringLiteral("/tmp/rt-XXXXXX"));
    qputenv("XDG_RUNTIME_DIR", runtime.path().toUtf8());
    QFile::setPermissions(runtime.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const QString deep = folder.filePath(QString(120, u'd'));
    QVERIFY(QDir().mkpath(deep));
    expectHandOver(deep);
  }

  void whatAnEndedProgramLeftGivesWay() {
    const QTemporaryDir folder;
    QFile left(folder.filePath(QStringLiteral("studio.socket")));
    QVERIFY(left.open(QIODevice::WriteOnly));
    left.close();
    expectHandOver(folder.path());
  }

  void nobodyTakesThemWhereNobodyListens() {
    const QTemporaryDir folder;
    QVERIFY(!tstitch::ui::handOver(folder.path(), {{QStringLiteral("/a.png")}, {}}));
    QFile address(folder.filePath(QStringLiteral("studio.address")));
    QVERIFY(address.open(QIODevice::WriteOnly));
    address.write(folder.filePath(QStringLiteral("studio.socket")).toUtf8());
    address.close();
    QVERIFY(!tstitch::ui::handOver(folder.path(), {{QStringLiteral("/a.png")}, {}}));
  }

  void otherBytesAreHungUpOn_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("http") << QByteArray("GET / HTTP/1.1\r\n\r\n");
    QTest::newRow("too long") << QByteArray::fromHex("7fffffff") + "{";
    QTest::newRow("empty") << QByteArray::fromHex("00000000");
    QTest::newRow("no json") << QByteArray::fromHex("00000003") + "abc";
    QTest::newRow("more than it says") << QByteArray::fromHex("00000002") + "{}{}";
    QTest::newRow("relative") << encodeSecondStart({{QStringLiteral("a.png")}, {}});
  }
  void otherBytesAreHungUpOn() {
    QFETCH(QByteArray, bytes);
    const QTemporaryDir folder;
    SecondStartListener listener(folder.path());
    QSignalSpy started(&listener, &SecondStartListener::started);
    QVERIFY(listener.listen());
    QLocalSocket guest;
    guest.connectToServer(folder.filePath(QStringLiteral("studio.socket")));
    QVERIFY(guest.waitForConnected());
    guest.write(bytes);
    guest.flush();
    QTRY_COMPARE(guest.state(), QLocalSocket::UnconnectedState);
    QCOMPARE(started.size(), 0);
    expectTaken(listener, folder.path());  // and it goes on listening
  }

  void aMessageIsReadAsItWasWritten() {
    const SecondStart start{{QStringLiteral("/\u00fc b/\u732b.png"), QStringLiteral("/x.png")},
                            QStringLiteral("token_TIME1")};
    QCOMPARE(*decodeSecondStart(encodeSecondStart(start).mid(4)), start);
    QVERIFY(!decodeSecondStart("[]"));
    QVERIFY(!decodeSecondStart("{\"secondStart\":2,\"pictures\":[]}"));
    QVERIFY(!decodeSecondStart("{\"secondStart\":1,\"pictures\":[7]}"));
  }

 private:
  static void expectHandOver(const QString& folder) {
    SecondStartListener listener(folder);
    QVERIFY(listener.listen());
    expectTaken(listener, folder);
  }

  static void expectTaken(SecondStartListener& listener, const QString& folder) {
    QSignalSpy started(&listener, &SecondStartListener::started);
    const SecondStart start{{QStringLiteral("/pictures/fox.png")}, QStringLiteral("token")};
    std::atomic<int> taken{-1};
    std::thread guest([&] { taken = tstitch::ui::handOver(folder, start) ? 1 : 0; });
    const bool answered = QTest::qWaitFor([&] { return taken >= 0; }, 20000);
    guest.join();
    QVERIFY(answered);
    QCOMPARE(taken.load(), 1);
    QCOMPARE(started.size(), 1);
    QCOMPARE(started[0][0].value<SecondStart>(), start);
  }
};

TSTITCH_UI_TEST(SecondStartTest)

#include "second_start_test.moc"
