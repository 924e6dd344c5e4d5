#include <QFileInfo>
#include <csignal>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_driver.h"
#include "tests/ui/worker_processes.h"

using namespace tstitch;
using test::AccessibleNode;
using test::AtspiRole;
using test::AtspiState;

/// The program itself and the engines that its command line names.
class AtspiEngineTest : public test::StudioDriver {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QString missing = session_.start();
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
  }
  void cleanup() { QVERIFY(terminate()); }

  void aCommandThatCannotBeStartedIsSaid() {
    QVERIFY(start(english({QStringLiteral("--engine"), QStringLiteral("/no/such/program worker")})));
    QTRY_VERIFY_WITH_TIMEOUT(notice().contains(QStringLiteral("/no/such/program worker")), kLongMs);
    QVERIFY(status().startsWith(QStringLiteral("failed: ")));
    QVERIFY(!node(AtspiRole::PushButton, "Generate").hasState(AtspiState::Enabled));
    QVERIFY(node(AtspiRole::PushButton, "Restart engine").hasState(AtspiState::Enabled));
  }

  void whatIsNoCommandLineIsRefused() {
    for (const char* text : {"", "tstitch 'worker"}) {
      studio_.start(qEnvironmentVariable("TSTITCH_STUDIO"), {QStringLiteral("--engine"), QString::fromLatin1(text)});
      QVERIFY(studio_.waitForFinished());
      QCOMPARE(studio_.exitCode(), 2);
    }
  }

  void aWorkerThatFallsThreeTimesWaitsForThePress() {
    QVERIFY(start());
    QVERIFY(comesToRest());
    // Three within a minute, which may take more of them where the machine is slow.
    for (int time = 0; time < 12 && !hasGivenUp(); ++time) {
      const QList<pid_t> fallen = workers();
      if (!fallen.isEmpty()) ::kill(fallen.first(), time == 1 ? SIGSEGV : SIGKILL);
      QTRY_VERIFY_WITH_TIMEOUT(workers().isEmpty() || workers() != fallen, kLongMs);
      QVERIFY(comesToRest());
    }
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("failed: ")), kLongMs);
    QVERIFY(workers().isEmpty());
    QVERIFY(node(AtspiRole::PushButton, "Restart engine").hasState(AtspiState::Enabled));
    QVERIFY(press("Restart on the CPU"));
    QTRY_COMPARE_WITH_TIMEOUT(workers().size(), 1, kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(node(AtspiRole::PushButton, "Generate").hasState(AtspiState::Enabled), kLongMs);
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(2));
    QVERIFY(press("Generate"));
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("saved /")), kLongMs);
  }

  void theWorkerFallsWithTheWindow() {
    QVERIFY(start());
    QTRY_VERIFY_WITH_TIMEOUT(workers().size() == 1, kLongMs);
    const pid_t worker = workers().first();
    kill();
    QTRY_VERIFY(!QFileInfo::exists(QStringLiteral("/proc/%1/exe").arg(worker)) || isZombie(worker));
  }

 private:
  static QStringList english(const QStringList& more = {}) {
    return QStringList{QStringLiteral("--lang"), QStringLiteral("en")} + more;
  }

  /// Idle with its worker, or given up.
  bool comesToRest() {
    return QTest::qWaitFor(
        [&] { return hasGivenUp() || (workers().size() == 1 && status() == QStringLiteral("idle")); }, kLongMs);
  }

  [[nodiscard]] QList<pid_t> workers() const { return test::workersOf(studio_.processId()); }

  static bool isZombie(pid_t process) {
    QFile status(QStringLiteral("/proc/%1/stat").arg(process));
    return !status.open(QIODevice::ReadOnly) || status.readAll().contains(") Z ");
  }

  bool hasGivenUp() { return status().startsWith(QStringLiteral("failed: ")); }
};

TSTITCH_UI_TEST(AtspiEngineTest)

#include "atspi_engine_test.moc"
