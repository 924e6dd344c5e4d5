#include <QFileInfo>
#include <QTemporaryDir>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/grid/grid_page.h"
#include "ui/history/history_panel.h"
#include "ui/preview/picture_view.h"
#include "ui/queue/queue_panel.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

namespace {

QStringList items(QAccessibleInterface* list) {
  QStringList names;
  for (int i = 0; list != nullptr && i < list->childCount(); ++i) names << list->child(i)->text(QAccessible::Name);
  return names;
}

void pressItem(QAccessibleInterface* list, int row) {
  list->child(row)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
}

}  // namespace

/// History and queue in the whole window.
class MemoryWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyNameIsThereOnceWithItsRole_data() {
    QTest::addColumn<int>("role");
    const auto add = [](QAccessible::Role role, std::initializer_list<const char*> names) {
      for (const char* name : names) {
        QTest::newRow(qPrintable(QStringLiteral("%1 %2").arg(role).arg(QLatin1String(name)))) << static_cast<int>(role);
      }
    };
    add(QAccessible::CheckBox, {"History panel", "Queue panel", "Star", "Starred only", "Pause queue"});
    add(QAccessible::EditableText, {"Search history"});
    add(QAccessible::List, {"History", "Queue"});
    add(QAccessible::StaticText, {"History: 0 of 0"});
    add(QAccessible::Button,
        {"Use all", "Use prompt", "Use seed", "Use all but seed", "Compare with current", "Show in folder",
         "Remove from history", "Delete picture", "Use as source picture", "Use as control picture", "Move up",
         "Move down", "To front", "Remove job", "Retry job", "Skip picture"});
    add(QAccessible::ProgressBar, {"Run", "Batch"});
  }
  void everyNameIsThereOnceWithItsRole() {
    QFETCH(int, role);
    Studio studio;
    QVERIFY(studio.start());
    const QString name = QString::fromLatin1(QTest::currentDataTag()).section(u' ', 1);
    QTRY_VERIFY(studio.find(static_cast<QAccessible::Role>(role), name) != nullptr);
  }

  void aSavedPictureStandsInTheHistory() {
    Studio studio;
    QVERIFY(studio.start());
    QAccessibleInterface* list = generate(studio, QStringLiteral("3d fox"), 7);
    const QString path = studio.status().mid(6);
    QTRY_COMPARE(items(list), QStringList{path + QStringLiteral(": \"3d fox\", 40 %, seed 7")});
    generate(studio, QStringLiteral("3d owl"), 8);
    QTRY_COMPARE(list->childCount(), 2);
    QTRY_VERIFY(items(list).at(0).contains(QStringLiteral("\"3d owl\", 40 %, seed 8")));
    QVERIFY(studio.find(QAccessible::StaticText, QStringLiteral("History: 2 of 2")) != nullptr);
    setText(studio, QStringLiteral("Search history"), QStringLiteral("fox"));
    QTRY_VERIFY(studio.find(QAccessible::StaticText, QStringLiteral("History: 1 of 2")) != nullptr);
  }

  void itsSettingsAreUsedAndTakenBack_data() {
    QTest::addColumn<QString>("button");
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("seed");
    const auto add = [](const char* button, const char* prompt, const char* seed) {
      QTest::newRow(button) << QString::fromLatin1(button) << QString::fromLatin1(prompt) << QString::fromLatin1(seed);
    };
    add("Use all", "3d fox", "7");
    add("Use prompt", "3d fox", "99");
    add("Use seed", "an owl", "7");
    add("Use all but seed", "3d fox", "99");
  }
  void itsSettingsAreUsedAndTakenBack() {
    QFETCH(QString, button);
    QFETCH(QString, prompt);
    QFETCH(QString, seed);
    Studio studio;
    QVERIFY(studio.start());
    QAccessibleInterface* list = generate(studio, QStringLiteral("3d fox"), 7);
    QTRY_COMPARE(list->childCount(), 1);
    QTRY_VERIFY(items(list).at(0).contains(QStringLiteral("3d fox")));
    setText(studio, QStringLiteral("Prompt"), QStringLiteral("an owl"));
    setText(studio, QStringLiteral("Seed"), QStringLiteral("99"));
    pressItem(list, 0);
    pressItem(list, 0);  // does not let it go
    QVERIFY(list->child(0)->state().selected);
    studio.press(button);
    QTRY_VERIFY(studio.find(QAccessible::Button, QStringLiteral("Undo settings")) != nullptr);
    QTRY_COMPARE(value(studio, QStringLiteral("Prompt")), prompt);
    QTRY_COMPARE(value(studio, QStringLiteral("Seed")), seed);
    studio.press(QStringLiteral("Undo settings"));
    QTRY_COMPARE(value(studio, QStringLiteral("Seed")), QStringLiteral("99"));
    QTRY_COMPARE(value(studio, QStringLiteral("Prompt")), QStringLiteral("an owl"));
  }

  void aStarIsKept() {
    const auto profile = std::make_shared<QTemporaryDir>();
    {
      Studio studio(std::make_shared<FakeScript>(), {}, profile);
      QVERIFY(studio.start());
      QAccessibleInterface* list = generate(studio, QStringLiteral("3d fox"), 7);
      QTRY_VERIFY(items(list).value(0).contains(QStringLiteral("3d fox")));
      pressItem(list, 0);
      toggle(studio, QStringLiteral("Star"));
      QTRY_VERIFY(studio.find(QAccessible::CheckBox, QStringLiteral("Star"))->state().checked);
    }
    Studio studio(std::make_shared<FakeScript>(), {}, profile);
    const ui::HistoryModel& history = *studio.window().findChild<ui::HistoryPanel*>()->model();
    const auto first = [&] { return history.entry(history.index(0)).value_or(ui::HistoryEntry()); };
    QTRY_VERIFY(first().starred);
    toggle(studio, QStringLiteral("Starred only"));
    QCOMPARE(history.query().starredOnly, true);
    QTRY_COMPARE(history.rowCount(), 1);
  }

  void aRemovedPictureComesBack() {
    Studio studio;
    QVERIFY(studio.start());
    QAccessibleInterface* list = generate(studio, QStringLiteral("3d fox"), 7);
    QTRY_VERIFY(items(list).value(0).contains(QStringLiteral("3d fox")));
    pressItem(list, 0);
    studio.press(QStringLiteral("Remove from history"));
    QTRY_COMPARE(list->childCount(), 0);
    QVERIFY(QFileInfo::exists(studio.status().mid(6)));
    studio.press(QStringLiteral("Bring back"));
    QTRY_COMPARE(list->childCount(), 1);
  }

  void twoPicturesAreGivenToCompare() {
    Studio studio;
    QVERIFY(studio.start());
    QAccessibleInterface* list = generate(studio, QStringLiteral("3d fox"), 7);
    const QString first = studio.status().mid(6);
    generate(studio, QStringLiteral("3d owl"), 8);
    QTRY_VERIFY(items(list).value(1).contains(QStringLiteral("3d fox")));
    pressItem(list, 1);
    auto* panel = studio.window().findChild<ui::HistoryPanel*>();
    QTRY_VERIFY(panel->selected().has_value());
    QCOMPARE(panel->selected()->path, first);
    studio.press(QStringLiteral("Compare with current"));
    QTRY_COMPARE(value(studio, QStringLiteral("Picture A")), first);
    QCOMPARE(value(studio, QStringLiteral("Picture B")), studio.status().mid(6));
  }

  /// Row 36, also over a restart.
  void row36_theEarlierPictureIsNamed() {
    const auto profile = std::make_shared<QTemporaryDir>();
    QString earlier;
    {
      Studio studio(std::make_shared<FakeScript>(), {}, profile);
      QVERIFY(studio.start());
      generate(studio, QStringLiteral("3d fox"), 7);
      earlier = studio.status().mid(6);
      QVERIFY(QFile::copy(earlier, profile->filePath(QStringLiteral("copy.png"))));
      studio.window().generate();
      QTRY_VERIFY2(studio.notice().contains(earlier), qPrintable(studio.notice()));
    }
  }

  void row13_theQueueIsThereAfterTheEnd() {
    const auto profile = std::make_shared<QTemporaryDir>();
    {
      auto script = std::make_shared<FakeScript>();
      Studio studio(script, {}, profile);
      QVERIFY(studio.start());
      script->perEvaluation = std::chrono::seconds(60);
      setText(studio, QStringLiteral("Prompt"), QStringLiteral("3d fox"));
      setText(studio, QStringLiteral("Seed"), QStringLiteral("7"));
      studio.window().generate();
      QVERIFY(studio.waitForStatus(QStringLiteral("sampling")));
      setText(studio, QStringLiteral("Seed"), QStringLiteral("8"));
      studio.window().generate();
      QAccessibleInterface* queue = studio.find(QAccessible::List, QStringLiteral("Queue"));
      QTRY_COMPARE(items(queue), (QStringList{QStringLiteral("1: running 0/25, \"3d fox\", 40 %, seed 7"),
                                              QStringLiteral("2: pending, \"3d fox\", 40 %, seed 8")}));
    }
    Studio studio(std::make_shared<FakeScript>(), {}, profile);
    QVERIFY(studio.start());
    QAccessibleInterface* queue = studio.find(QAccessible::List, QStringLiteral("Queue"));
    QTRY_COMPARE(items(queue), (QStringList{QStringLiteral("1: pending, \"3d fox\", 40 %, seed 7"),
                                            QStringLiteral("2: pending, \"3d fox\", 40 %, seed 8")}));
    QVERIFY(studio.find(QAccessible::CheckBox, QStringLiteral("Pause queue"))->state().checked);
    QVERIFY2(studio.notice().contains(QStringLiteral("2 jobs wait")), qPrintable(studio.notice()));
    studio.press(QStringLiteral("Go on"));
    QTRY_VERIFY(items(queue).isEmpty());
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QVERIFY(!studio.find(QAccessible::CheckBox, QStringLiteral("Pause queue"))->state().checked);
  }

  void anInterruptedGridIsShownAndGoesOn() {
    const auto profile = std::make_shared<QTemporaryDir>();
    const QTemporaryDir pictures;
    ui::StudioOptions options;
    options.output = pictures.path();
    {
      auto script = std::make_shared<FakeScript>();
      Studio studio(script, options, profile);
      QVERIFY(studio.start());
      script->perEvaluation = std::chrono::milliseconds(4);
      auto* model = studio.window().findChild<ui::GridPage*>()->model();
      studio.window().makeGrid();
      QTRY_VERIFY(model->count(ui::CellState::Saved) >= 2);
      script->perEvaluation = std::chrono::seconds(60);
    }
    Studio studio(std::make_shared<FakeScript>(), options, profile);
    QVERIFY(studio.start());
    auto* model = studio.window().findChild<ui::GridPage*>()->model();
    QTRY_COMPARE(model->cellCount(), 6);
    QVERIFY(model->count(ui::CellState::Saved) >= 2);
    QVERIFY(model->count(ui::CellState::Stopped) > 0);
    QVERIFY(studio.find(QAccessible::CheckBox, QStringLiteral("Pause queue"))->state().checked);
    studio.press(QStringLiteral("Continue grid"));
    QTRY_COMPARE(model->count(ui::CellState::Saved), 6);
    QTRY_VERIFY(items(studio.find(QAccessible::List, QStringLiteral("Queue"))).isEmpty());
  }

  void theRunRowTellsHowFarTheJobIs() {
    auto script = std::make_shared<FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::milliseconds(100);
    studio.find(QAccessible::SpinBox, QStringLiteral("Count"))->valueInterface()->setCurrentValue(2);
    studio.window().generate();
    QTRY_COMPARE(number(studio, QStringLiteral("Batch")), 1);
    QCOMPARE(studio.find(QAccessible::ProgressBar, QStringLiteral("Batch"))->valueInterface()->maximumValue().toInt(),
             2);
    QTRY_VERIFY(number(studio, QStringLiteral("Run")) > 2);
    const auto tellsSeconds = [&studio] {
      bool tells = false;
      studio.walk([&](QAccessibleInterface* item) {
        const QString name = item->text(QAccessible::Name);
        tells = tells || (name.startsWith(QStringLiteral("Time left: ")) && name.endsWith(QStringLiteral(" s")));
      });
      return tells;
    };
    QVERIFY(QTest::qWaitFor(tellsSeconds));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
  }

  void aSkippedPictureLeavesTheOthers() {
    auto script = std::make_shared<FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::seconds(60);
    studio.find(QAccessible::SpinBox, QStringLiteral("Count"))->valueInterface()->setCurrentValue(2);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling")));
    script->perEvaluation = std::chrono::milliseconds(1);
    studio.press(QStringLiteral("Skip picture"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QCOMPARE(script->seenRuns().size(), std::size_t{2});
    QVERIFY(studio.find(QAccessible::Button, QStringLiteral("Skip picture"))->state().disabled);
  }

  void panelsAreOpenAgain() {
    const auto profile = std::make_shared<QTemporaryDir>();
    {
      Studio studio(std::make_shared<FakeScript>(), {}, profile);
      QVERIFY(!studio.window().findChild<ui::HistoryPanel*>()->isVisible());
      toggle(studio, QStringLiteral("History panel"));
      QVERIFY(studio.window().findChild<ui::HistoryPanel*>()->isVisible());
      studio.window().close();
    }
    Studio studio(std::make_shared<FakeScript>(), {}, profile);
    QVERIFY(studio.window().findChild<ui::HistoryPanel*>()->isVisible());
    QVERIFY(!studio.window().findChild<ui::QueuePanel*>()->isVisible());
  }

 private:
  static QAccessibleInterface* generate(Studio& studio, const QString& prompt, int seed) {
    setText(studio, QStringLiteral("Prompt"), prompt);
    setText(studio, QStringLiteral("Seed"), QString::number(seed));
    const QString before = studio.status();
    studio.window().generate();
    if (!QTest::qWaitFor(
            [&] { return studio.status() != before && studio.status().startsWith(QStringLiteral("saved ")); }, 60000)) {
      QTest::qFail("nothing was saved", __FILE__, __LINE__);
    }
    return studio.find(QAccessible::List, QStringLiteral("History"));
  }

  static void setText(Studio& studio, const QString& name, const QString& text) {
    QAccessibleInterface* field = studio.find(QAccessible::EditableText, name);
    QVERIFY2(field != nullptr, qPrintable(name));
    field->setText(QAccessible::Value, text);
  }

  static QString value(Studio& studio, const QString& name) {
    return studio.find(QAccessible::EditableText, name)->text(QAccessible::Value);
  }

  static int number(Studio& studio, const QString& name) {
    return studio.find(QAccessible::ProgressBar, name)->valueInterface()->currentValue().toInt();
  }

  static void toggle(Studio& studio, const QString& name) {
    QAccessibleInterface* box = studio.find(QAccessible::CheckBox, name);
    QVERIFY2(box != nullptr, qPrintable(name));
    box->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
  }
};

TSTITCH_UI_TEST(MemoryWindowTest)

#include "memory_window_test.moc"
