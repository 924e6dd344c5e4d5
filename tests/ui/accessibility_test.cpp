#include <QDir>
#include <QFileInfo>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"

using namespace tstitch;
using test::Studio;

/// The names and roles by which assistive tools (and checks from outside) reach the window.
class AccessibilityTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyFixedNameOccursOnceWithItsRole_data() {
    QTest::addColumn<int>("role");
    const auto add = [](QAccessible::Role role, const char* name) { QTest::newRow(name) << static_cast<int>(role); };
    for (const char* name : {"Create", "Grid"}) add(QAccessible::PageTab, name);
    for (const char* name : {"Prompt", "Negative prompt", "Seed", "Ratios", "Seeds"})
      add(QAccessible::EditableText, name);
    for (const char* name : {"Pair", "Sampler"}) add(QAccessible::ComboBox, name);
    for (const char* name : {"Ratio", "Steps", "Guidance", "Width", "Height", "Count"}) add(QAccessible::SpinBox, name);
    for (const char* name : {"Generate", "Stop", "Make grid", "Export grid"}) add(QAccessible::Button, name);
    add(QAccessible::Slider, "Trajectory");
    add(QAccessible::CheckBox, "Random seed");
    add(QAccessible::Graphic, "Picture");
    add(QAccessible::Table, "Cells");
  }
  void everyFixedNameOccursOnceWithItsRole() {
    QFETCH(int, role);
    Studio studio;  // before the engine has answered: all controls exist from the start
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    QVERIFY2(studio.find(static_cast<QAccessible::Role>(role), name) != nullptr, qPrintable(name));
  }

  void theWindowIsNamed() {
    Studio studio;
    QAccessibleInterface* window = QAccessible::queryAccessibleInterface(&studio.window());
    QVERIFY(window->text(QAccessible::Name).startsWith(QStringLiteral("T-Stitch Studio")));
    QCOMPARE(window->role(), QAccessible::Window);
  }

  void theStatusIsOneLabel() {
    Studio studio;
    int labels = 0;
    studio.walk([&](QAccessibleInterface* item) {
      const bool status = item->text(QAccessible::Name).startsWith(QStringLiteral("Status: "));
      labels += status && item->role() == QAccessible::StaticText ? 1 : 0;
    });
    QCOMPARE(labels, 1);
    QVERIFY(studio.start());
  }

  void noNameCarriesAShortcut() {
    Studio studio;
    studio.walk([](QAccessibleInterface* item) {
      const QString name = item->text(QAccessible::Name);
      QVERIFY2(!name.contains(u'&') && !name.contains(QStringLiteral("Ctrl")), qPrintable(name));
    });
  }

  void valuesSetThroughTheTreeCountAtOnce() {
    Studio studio;
    QVERIFY(studio.start());
    studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->setCurrentValue(50);
    QAccessibleValueInterface* bar = studio.find(QAccessible::Slider, QStringLiteral("Trajectory"))->valueInterface();
    QCOMPARE(bar->maximumValue().toInt(), 50);
    QCOMPARE(bar->currentValue().toInt(), 20);
    bar->setCurrentValue(5.0);
    QAccessibleInterface* ratio = studio.find(QAccessible::SpinBox, QStringLiteral("Ratio"));
    QCOMPARE(ratio->valueInterface()->currentValue().toInt(), 10);
    ratio->valueInterface()->setCurrentValue(80);
    QCOMPARE(bar->currentValue().toInt(), 40);
  }

  void comboBoxesKeepTheirNamesAndChooseByTheirItems() {
    Studio studio;
    QVERIFY(studio.start());
    QVERIFY(studio.find(QAccessible::ComboBox, QStringLiteral("Pair")) != nullptr);
    QAccessibleInterface* sampler = studio.find(QAccessible::ComboBox, QStringLiteral("Sampler"));
    QVERIFY(sampler != nullptr);
    for (int i = 0; i < sampler->childCount(); ++i) {
      if (sampler->child(i)->text(QAccessible::Name) == QStringLiteral("Heun")) {
        sampler->child(i)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
      }
    }
    QCOMPARE(sampler->text(QAccessible::Value), QStringLiteral("Heun"));
    QCOMPARE(studio.find(QAccessible::Slider, QStringLiteral("Trajectory"))->valueInterface()->maximumValue().toInt(),
             49);
  }

  void textSetThroughTheTreeCountsAtOnce() {
    Studio studio;
    QVERIFY(studio.start());
    setText(studio, "Prompt", QStringLiteral("a fox"));
    setText(studio, "Seed", QStringLiteral("7"));
    studio.press(QStringLiteral("Generate"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const auto jobs = studio.script().seenJobs();
    QCOMPARE(jobs.size(), std::size_t{1});
    QCOMPARE(jobs[0].request.prompt, std::string("a fox"));
    QCOMPARE(jobs[0].request.seed, std::uint64_t{7});
  }

  void thePictureTellsWhatItShows() {
    Studio studio;
    QVERIFY(studio.start());
    QAccessibleInterface* picture = studio.find(QAccessible::Graphic, QStringLiteral("Picture"));
    studio.script().perEvaluation = std::chrono::milliseconds(30);
    studio.press(QStringLiteral("Generate"));
    QTRY_VERIFY(picture->text(QAccessible::Description).startsWith(QStringLiteral("preview after step ")));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const QString path = studio.status().mid(6);
    QCOMPARE(picture->text(QAccessible::Description), path);
    QVERIFY(QDir::isAbsolutePath(path) && QFileInfo::exists(path));
    QVERIFY(picture->imageInterface() != nullptr);
  }

  void cellsAreDirectChildrenOfTheTable() {
    Studio studio;
    QVERIFY(studio.start());
    setText(studio, "Ratios", QStringLiteral("0, 40"));
    setText(studio, "Seeds", QStringLiteral("3, 5-6"));
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QAccessibleInterface* table = studio.find(QAccessible::Table, QStringLiteral("Cells"));
    QStringList names;
    for (int i = 0; i < table->childCount(); ++i) {
      if (table->child(i)->role() == QAccessible::Cell) names << table->child(i)->text(QAccessible::Name);
    }
    QCOMPARE(names.size(), 6);
    QCOMPARE(names.filter(QStringLiteral("40 %, seed 5: saved /")).size(), 1);
    QCOMPARE(names.filter(QStringLiteral(": saved /")).size(), 6);
  }

 private:
  static void setText(Studio& studio, const char* name, const QString& text) {
    QAccessibleInterface* field = studio.find(QAccessible::EditableText, QString::fromLatin1(name));
    QVERIFY2(field != nullptr, name);
    field->editableTextInterface()->replaceText(0, field->textInterface()->characterCount(), text);
  }
};

TSTITCH_UI_TEST(AccessibilityTest)

#include "accessibility_test.moc"
