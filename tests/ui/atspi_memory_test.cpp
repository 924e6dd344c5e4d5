#include <QProcess>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_driver.h"

using namespace tstitch;
using test::AccessibleNode;
using test::AtspiRole;
using test::AtspiState;

/// History and queue of the program itself, over kills.
class AtspiMemoryTest : public test::StudioDriver {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QString missing = session_.start();
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
    QVERIFY(start());
    QVERIFY(waitForStatus(QStringLiteral("idle")));
  }

  void aPictureStandsInTheHistory() {
    QVERIFY(toggle("History panel"));
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
    QVERIFY(press("Use prompt"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("3d fox"), kLongMs);
    QVERIFY(press("Undo settings"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("an owl"), kLongMs);
  }

  void row13_theQueueOutlivesAKill() {
    generate(QStringLiteral("3d fox"), 8, 900);
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("sampling ")), kLongMs);
    generate(QStringLiteral("3d fox"), 9, 4);
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), 2, kLongMs);
    QVERIFY2(items("Queue").at(0).startsWith(QStringLiteral("1: running ")), qPrintable(items("Queue").at(0)));
    QCOMPARE(items("Queue").at(1), QStringLiteral("2: pending, \"3d fox\", 40 %, seed 9"));
    kill();
    QVERIFY(start());
    QVERIFY(waitForStatus(QStringLiteral("idle")));
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
    QVERIFY(press("Remove job"));
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), 1, kLongMs);
    QVERIFY(toggle("Pause queue"));
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("saved /")), kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(items("Queue").isEmpty(), kLongMs);
    QTRY_COMPARE_WITH_TIMEOUT(items("History").size(), 2, kLongMs);
  }

  void theHistoryIsRebuiltWithoutItsDatabase() {
    QVERIFY(terminate());
    QProcess::execute(QStringLiteral("find"), {folder(QStringLiteral("profile")), QStringLiteral("-name"),
                                               QStringLiteral("studio.db*"), QStringLiteral("-delete")});
    QVERIFY(start());
    QVERIFY(waitForStatus(QStringLiteral("idle")));
    QTRY_COMPARE_WITH_TIMEOUT(items("History").size(), 2, kLongMs);
  }

  void cleanupTestCase() { QVERIFY(terminate()); }

 private:
  void generate(const QString& prompt, int seed, int steps) {
    QVERIFY(node(AtspiRole::Text, "Prompt").setText(prompt));
    QVERIFY(node(AtspiRole::Text, "Seed").setText(QString::number(seed)));
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(steps));
    QVERIFY(node(AtspiRole::SpinButton, "Ratio").setValue(40));
    QVERIFY(press("Generate"));
  }

  QString picture_;
};

TSTITCH_UI_TEST(AtspiMemoryTest)

#include "atspi_memory_test.moc"
