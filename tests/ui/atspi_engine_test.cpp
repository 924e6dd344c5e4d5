#include <QFileInfo>
#include <QTemporaryDir>
#include <csignal>

#include "tests/ui/atspi_client.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/worker_processes.h"

using namespace tstitch;
using test::AccessibleNode;
using test::AtspiRole;
using test::AtspiState;

/// The program itself and the engines that its command line names.
class AtspiEngineTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QString missing = session_.start();
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
  }
  void cleanup() {
    studio_.terminate();
    studio_.waitForFinished();
    program_.reset();
    status_.reset();
  }

  void aCommandThatCannotBeStartedIsSaid() {
    QVERIFY(start({QStringLiteral("--engine"), QStringLiteral("/no/such/program worker")}));
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
    QVERIFY(start({}));
    QVERIFY(comesToRest());
    // Three within a minute, which may take more of them where the machine is slow.
    for (int time = 0; time < 12 && !hasGivenUp(); ++time) {
      const QList<pid_t> fallen = workers();
      if (!fallen.isEmpty()) kill(fallen.first(), time == 1 ? SIGSEGV : SIGKILL);
      QTRY_VERIFY_WITH_TIMEOUT(workers().isEmpty() || workers() != fallen, kLongMs);
      QVERIFY(comesToRest());
    }
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("failed: ")), kLongMs);
    QVERIFY(workers().isEmpty());
    QVERIFY(node(AtspiRole::PushButton, "Restart engine").hasState(AtspiState::Enabled));
    QVERIFY(node(AtspiRole::PushButton, "Restart on the CPU").act(QStringLiteral("Press")));
    QTRY_COMPARE_WITH_TIMEOUT(workers().size(), 1, kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(node(AtspiRole::PushButton, "Generate").hasState(AtspiState::Enabled), kLongMs);
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(2));
    QVERIFY(node(AtspiRole::PushButton, "Generate").act(QStringLiteral("Press")));
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("saved /")), kLongMs);
  }

  void theWorkerFallsWithTheWindow() {
    QVERIFY(start({}));
    QTRY_VERIFY_WITH_TIMEOUT(workers().size() == 1, kLongMs);
    const pid_t worker = workers().first();
    studio_.kill();
    studio_.waitForFinished();
    QTRY_VERIFY(!QFileInfo::exists(QStringLiteral("/proc/%1/exe").arg(worker)) || isZombie(worker));
  }

 private:
  static constexpr int kLongMs = 60000;

  bool start(const QStringList& options) {
    studio_.setProcessEnvironment(session_.environment());
    studio_.setProcessChannelMode(QProcess::ForwardedChannels);
    studio_.start(qEnvironmentVariable("TSTITCH_STUDIO"),
                  QStringList{QStringLiteral("--lang"), QStringLiteral("en"), QStringLiteral("--profile"),
                              folder_.filePath(QStringLiteral("profile")), QStringLiteral("--output"),
                              folder_.filePath(QStringLiteral("pictures"))} +
                      options);
    return studio_.waitForStarted() && QTest::qWaitFor([this] { return findProgram(); }, kLongMs);
  }

  bool findProgram() {
    for (const AccessibleNode& program : AccessibleNode::desktop(session_.accessibilityBus()).children()) {
      if (program.name() == QStringLiteral("tstitch-studio")) program_ = program;
    }
    return program_ && !status().isEmpty();
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

  AccessibleNode node(AtspiRole role, const char* name) {
    const auto found = program_->find(role, QString::fromLatin1(name));
    if (found) return *found;
    QTest::qFail(name, __FILE__, __LINE__);
    return {session_.accessibilityBus(), {}, {}};
  }

  QString nameBeginning(AtspiRole role, const char* beginning) {
    const auto found = program_->find(role, QString::fromLatin1(beginning), AccessibleNode::Match::Beginning);
    return found ? found->name().mid(QString::fromLatin1(beginning).size()) : QString();
  }
  /// The label stays; to look for it each time would ask the program hundreds of questions.
  QString status() {
    const QString beginning = QStringLiteral("Status: ");
    if (!status_) status_ = program_->find(AtspiRole::Label, beginning, AccessibleNode::Match::Beginning);
    return status_ ? status_->name().mid(beginning.size()) : QString();
  }
  bool hasGivenUp() { return status().startsWith(QStringLiteral("failed: ")); }
  QString notice() { return nameBeginning(AtspiRole::Alert, "Notice: "); }

  QTemporaryDir folder_;
  test::DesktopSession session_;
  QProcess studio_;
  std::optional<AccessibleNode> program_;
  std::optional<AccessibleNode> status_;
};

TSTITCH_UI_TEST(AtspiEngineTest)

#include "atspi_engine_test.moc"
