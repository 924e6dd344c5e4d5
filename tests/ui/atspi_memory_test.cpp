#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>

#include "tests/ui/atspi_client.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using test::AccessibleNode;
using test::AtspiRole;
using test::AtspiState;

/// History and queue of the program itself, over kills.
class AtspiMemoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QString missing = session_.start();
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
    QVERIFY(start());
  }

  void aPictureStandsInTheHistory() {
    QVERIFY(node(AtspiRole::CheckBox, "History panel").act(QStringLiteral("Toggle")));
    generate(QStringLiteral("3d fox"), 7, 4);
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("saved /")), kLongMs);
    picture_ = status().mid(6);
    QTRY_COMPARE_WITH_TIMEOUT(items("History").size(), 1, kLongMs);
    const QString item = items("History").at(0);
    QVERIFY2(item.startsWith(picture_ + QStringLiteral(": \"3d fox\", 40 %, seed 7, ")), qPrintable(item));
    QVERIFY2(item.endsWith(QStringLiteral(" s")), qPrintable(item));
    QVERIFY(program_->find(AtspiRole::Label, QStringLiteral("History: 1 of 1")).has_value());
  }

  void itsPromptIsUsedAgain() {
    QVERIFY(node(AtspiRole::Text, "Prompt").setText(QStringLiteral("an owl")));
    const AccessibleNode item = node(AtspiRole::List, "History").children().at(0);
    QVERIFY(item.act(QStringLiteral("Press")));
    QVERIFY(item.act(QStringLiteral("Press")));
    QVERIFY(item.hasState(AtspiState::Selected));
    QVERIFY(node(AtspiRole::PushButton, "Use prompt").act(QStringLiteral("Press")));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("3d fox"), kLongMs);
    QVERIFY(node(AtspiRole::PushButton, "Undo settings").act(QStringLiteral("Press")));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("an owl"), kLongMs);
  }

  void row13_theQueueOutlivesAKill() {
    generate(QStringLiteral("3d fox"), 8, 900);
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("sampling ")), kLongMs);
    generate(QStringLiteral("3d fox"), 9, 4);
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), 2, kLongMs);
    QVERIFY2(items("Queue").at(0).startsWith(QStringLiteral("1: running ")), qPrintable(items("Queue").at(0)));
    QCOMPARE(items("Queue").at(1), QStringLiteral("2: pending, \"3d fox\", 40 %, seed 9"));
    studio_.kill();
    studio_.waitForFinished();
    QVERIFY(start());
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue"),
                              (QStringList{QStringLiteral("1: pending, \"3d fox\", 40 %, seed 8"),
                                           QStringLiteral("2: pending, \"3d fox\", 40 %, seed 9")}),
                              kLongMs);
    QVERIFY(node(AtspiRole::CheckBox, "Pause queue").hasState(AtspiState::Checked));
    QTRY_VERIFY_WITH_TIMEOUT(notice().contains(QStringLiteral("2 jobs wait")), kLongMs);
    QTRY_COMPARE_WITH_TIMEOUT(items("History").size(), 1, kLongMs);
  }

  void itGoesOnWhenItIsToldTo() {
    QVERIFY(node(AtspiRole::List, "Queue").children().at(0).act(QStringLiteral("Press")));
    QVERIFY(node(AtspiRole::PushButton, "Remove job").act(QStringLiteral("Press")));
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), 1, kLongMs);
    QVERIFY(node(AtspiRole::CheckBox, "Pause queue").act(QStringLiteral("Toggle")));
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("saved /")), kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(items("Queue").isEmpty(), kLongMs);
    QTRY_COMPARE_WITH_TIMEOUT(items("History").size(), 2, kLongMs);
  }

  void theHistoryIsRebuiltWithoutItsDatabase() {
    studio_.terminate();
    QVERIFY(studio_.waitForFinished());
    QProcess::execute(QStringLiteral("find"), {folder_.filePath(QStringLiteral("profile")), QStringLiteral("-name"),
                                               QStringLiteral("studio.db*"), QStringLiteral("-delete")});
    QVERIFY(start());
    QTRY_COMPARE_WITH_TIMEOUT(items("History").size(), 2, kLongMs);
  }

  void cleanupTestCase() {
    studio_.terminate();
    studio_.waitForFinished();
  }

 private:
  static constexpr int kLongMs = 60000;

  bool start() {
    program_.reset();
    studio_.setProcessEnvironment(session_.environment());
    studio_.setProcessChannelMode(QProcess::ForwardedChannels);
    studio_.start(qEnvironmentVariable("TSTITCH_STUDIO"),
                  {QStringLiteral("--lang"), QStringLiteral("en"), QStringLiteral("--profile"),
                   folder_.filePath(QStringLiteral("profile")), QStringLiteral("--output"),
                   folder_.filePath(QStringLiteral("pictures"))});
    return studio_.waitForStarted() &&
           QTest::qWaitFor([this] { return findProgram() && status() == QStringLiteral("idle"); }, kLongMs);
  }

  bool findProgram() {
    for (const AccessibleNode& program : AccessibleNode::desktop(session_.accessibilityBus()).children()) {
      if (program.name() == QStringLiteral("tstitch-studio")) program_ = program;
    }
    return program_ && !status().isEmpty();
  }

  void generate(const QString& prompt, int seed, int steps) {
    QVERIFY(node(AtspiRole::Text, "Prompt").setText(prompt));
    QVERIFY(node(AtspiRole::Text, "Seed").setText(QString::number(seed)));
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(steps));
    QVERIFY(node(AtspiRole::SpinButton, "Ratio").setValue(40));
    QVERIFY(node(AtspiRole::PushButton, "Generate").act(QStringLiteral("Press")));
  }

  QStringList items(const char* list) {
    QStringList names;
    const auto found = program_->find(AtspiRole::List, QString::fromLatin1(list));
    if (!found) return names;
    for (const AccessibleNode& item : found->children()) {
      if (item.role() == AtspiRole::ListItem) names << item.name();
    }
    return names;
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
  QString status() { return nameBeginning(AtspiRole::Label, "Status: "); }
  QString notice() { return nameBeginning(AtspiRole::Alert, "Notice: "); }

  QTemporaryDir folder_;
  test::DesktopSession session_;
  QProcess studio_;
  QString picture_;
  std::optional<AccessibleNode> program_;
};

TSTITCH_UI_TEST(AtspiMemoryTest)

#include "atspi_memory_test.moc"
