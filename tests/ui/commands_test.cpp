#include "ui/help/commands.h"

#include <QKeySequenceEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/help/help_window.h"
#include "ui/help/machine_page.h"
#include "ui/widgets/row_list.h"

using namespace tstitch;
using test::Studio;
using ui::Commands;

/// What keys do, and that the user may say otherwise.
class CommandsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aKeyDoesWhatItsCommandSays() {
    Studio studio;
    auto* tabs = studio.window().findChild<QTabBar*>(QStringLiteral("pages"));
    QCOMPARE(tabs->currentIndex(), 0);
    QVERIFY(QTest::qWaitForWindowActive(&studio.window()));
    QTest::keyClick(&studio.window(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(tabs->currentIndex(), 1);
    QTest::keyClick(&studio.window(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(tabs->currentIndex(), 0);
  }

  void f1OpensHelpWithTheListOfKeys() {
    Studio studio;
    QVERIFY(QTest::qWaitForWindowActive(&studio.window()));
    QTest::keyClick(&studio.window(), Qt::Key_F1);
    auto* help = studio.window().findChild<ui::HelpWindow*>();
    QVERIFY(help != nullptr && help->isVisible());
    QCOMPARE(help->windowTitle(), QStringLiteral("Help"));
    QAccessibleInterface* keys = QAccessible::queryAccessibleInterface(help->findChild<ui::RowList*>());
    QCOMPARE(keys->role(), QAccessible::List);
    QCOMPARE(keys->text(QAccessible::Name), QStringLiteral("Keys"));
    QVERIFY(keys->childCount() > 6);
    QVERIFY(keys->child(0)->text(QAccessible::Name).contains(QStringLiteral(": ")));
    QTest::keyClick(&studio.window(), Qt::Key_F1);
    QCOMPARE(studio.window().findChildren<ui::HelpWindow*>().size(), 1);
  }

  void helpSaysWhatThisMachineCanDo() {
    Studio studio;
    studio.script().measuredPrecisions = {{Precision::Fp32, 0.25, 0.0}, {Precision::Bf16, 0.125, 0.0104}};
    QVERIFY(studio.start());
    QVERIFY(QTest::qWaitForWindowActive(&studio.window()));
    QTest::keyClick(&studio.window(), Qt::Key_F1);
    auto* machine = studio.window().findChild<ui::MachinePage*>();
    QVERIFY(machine != nullptr);
    QVERIFY(machine->text().contains(QStringLiteral("Processor: ")));
    QVERIFY(machine->text().contains(QStringLiteral("Memory: ")));
    QTRY_VERIFY2(machine->text().contains(QStringLiteral("Device: ")), qPrintable(machine->text()));
    QVERIFY(QTest::qWaitFor([&] { return machine->text().contains(QStringLiteral("easured")); }));
    const auto shown = [](double value) { return QLocale().toString(value, 'f', 1); };
    const QString precision = QStringLiteral("Automatic precision: bf16 (fp32 %1 ms, bf16 %2 ms with an error of %3 %)")
                                  .arg(shown(250), shown(125), shown(1));
    QVERIFY2(machine->text().contains(precision), qPrintable(machine->text()));
  }

  void aQuestionMarkIsTypedIntoAPromptAndListsTheKeysElsewhere() {
    Studio studio;
    QVERIFY(QTest::qWaitForWindowActive(&studio.window()));
    auto* prompt = studio.window().findChild<QPlainTextEdit*>();
    prompt->setFocus();
    QTest::keyClick(prompt, Qt::Key_Question, Qt::ShiftModifier);
    QVERIFY(studio.window().findChild<ui::HelpWindow*>() == nullptr);
    QWidget* picture = nullptr;
    for (QWidget* widget : studio.window().findChildren<QWidget*>()) {
      if (widget->accessibleName() == QStringLiteral("Picture")) picture = widget;
    }
    picture->setFocus();
    QTest::keyClick(picture, Qt::Key_Question, Qt::ShiftModifier);
    QVERIFY(studio.window().findChild<ui::HelpWindow*>() != nullptr);
  }

  void aChosenKeyIsKeptAndOneThatIsTakenIsRefused() {
    const QTemporaryDir folder;
    ui::Preferences preferences(folder.filePath(QStringLiteral("settings.ini")));
    int runs = 0;
    {
      QWidget window;
      Commands commands(window, preferences);
      commands.add({QStringLiteral("run"), QStringLiteral("Run"), {QKeySequence(Qt::Key_F5)}, [&] { ++runs; }});
      commands.add({QStringLiteral("look"), QStringLiteral("Look"), {QKeySequence(Qt::CTRL | Qt::Key_L)}, [] {}});
      QCOMPARE(commands.holderOf(QKeySequence(Qt::Key_F5)), QStringLiteral("run"));
      commands.rebind(QStringLiteral("look"), QKeySequence(Qt::Key_F5));
      QCOMPARE(commands.keys(QStringLiteral("look")).first(), QKeySequence(Qt::CTRL | Qt::Key_L));
      commands.rebind(QStringLiteral("run"), QKeySequence(Qt::Key_F6));
      QCOMPARE(commands.line(QStringLiteral("run")), QStringLiteral("Run: F6"));
      commands.rebind(QStringLiteral("look"), QKeySequence(Qt::Key_F5));
      QCOMPARE(commands.keys(QStringLiteral("look")).first(), QKeySequence(Qt::Key_F5));
    }
    QWidget window;
    Commands again(window, preferences);
    again.add({QStringLiteral("run"), QStringLiteral("Run"), {QKeySequence(Qt::Key_F5)}, [&] { ++runs; }});
    again.add({QStringLiteral("look"), QStringLiteral("Look"), {QKeySequence(Qt::CTRL | Qt::Key_L)}, [] {}});
    QCOMPARE(again.keys(QStringLiteral("run")).first(), QKeySequence(Qt::Key_F6));
    again.restore(QStringLiteral("run"));  // its own key is another command's now
    QVERIFY(again.keys(QStringLiteral("run")).isEmpty());
    again.restore(QStringLiteral("look"));
    again.restore(QStringLiteral("run"));
    QCOMPARE(again.keys(QStringLiteral("run")).first(), QKeySequence(Qt::Key_F5));
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_F5);
    QCOMPARE(runs, 1);
  }

  void theHelpWindowSaysWhoHasAKey() {
    const QTemporaryDir folder;
    ui::Preferences preferences(folder.filePath(QStringLiteral("settings.ini")));
    QWidget window;
    Commands commands(window, preferences);
    commands.add({QStringLiteral("run"), QStringLiteral("Run"), {QKeySequence(Qt::Key_F5)}, [] {}});
    commands.add({QStringLiteral("look"), QStringLiteral("Look"), {QKeySequence(Qt::Key_F7)}, [] {}});
    ui::HelpWindow help(commands, [] { return QString(); });
    help.findChild<ui::RowList*>()->setCurrentRow(1);
    QPushButton* set = nullptr;
    for (QPushButton* button : help.findChildren<QPushButton*>()) {
      if (button->text() == QStringLiteral("Set key")) set = button;
    }
    help.findChild<QKeySequenceEdit*>()->setKeySequence(QKeySequence(Qt::Key_F5));
    QVERIFY(!set->isEnabled());
    help.findChild<QKeySequenceEdit*>()->setKeySequence(QKeySequence(Qt::Key_F8));
    QVERIFY(set->isEnabled());
    set->click();
    QCOMPARE(help.findChild<ui::RowList*>()->rows().at(1), QStringLiteral("Look: F8"));
  }
};

TSTITCH_UI_TEST(CommandsTest)

#include "commands_test.moc"
