#include <QPlainTextEdit>

#include "tests/ui/language.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"

using namespace tstitch;
using test::Studio;

/// What a run costs, in the whole window: measured on request, told in labels.
class CostsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void measureTimesThePair() {
    auto script = std::make_shared<test::FakeScript>();
    script->measured = false;
    Studio studio(script);
    QVERIFY(studio.start());
    QVERIFY(label(studio, "Prediction: not measured"));
    studio.press(QStringLiteral("Measure"));
    QTRY_COMPARE(script->benched.load(), 1);
    QTRY_VERIFY(label(studio, "Prediction: 2.9 s, 27 % saved"));
    QCOMPARE(studio.status(), QStringLiteral("idle"));
  }

  void stopEndsAMeasurement() {
    auto script = std::make_shared<test::FakeScript>();
    script->measured = false;
    script->perEvaluation = std::chrono::minutes(10);
    Studio studio(script);
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Measure"));
    QTRY_COMPARE(script->benched.load(), 1);
    QCOMPARE(studio.status(), QStringLiteral("idle"));
    QVERIFY(studio.find(QAccessible::Button, QStringLiteral("Measure"))->state().disabled);
    studio.press(QStringLiteral("Stop"));
    QTRY_VERIFY(!studio.find(QAccessible::Button, QStringLiteral("Measure"))->state().disabled);
    QVERIFY(label(studio, "Prediction: not measured"));
  }

  void freeMemoryLetsTheModelsGo() {
    Studio studio;
    QVERIFY(studio.start());
    QTRY_VERIFY(label(studio, "Memory: 0.3 of 22.0 GiB"));
    studio.press(QStringLiteral("Free memory"));
    QTRY_COMPARE(studio.script().freed.load(), 1);
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("loads them again")));
  }

  void tokensAreCountedWithThePairsTokenizer() {
    Studio studio;
    QVERIFY(studio.start());
    QTRY_VERIFY(label(studio, "Tokens: 2 of 77"));
    QAccessibleInterface* prompt = studio.find(QAccessible::EditableText, QStringLiteral("Prompt"));
    prompt->editableTextInterface()->insertText(0, QStringLiteral("fox"));
    QVERIFY(label(studio, "Tokens: 3 of 77"));  // when the call returns
  }

  void theTimeBudgetIsKept() {
    const auto profile = std::make_shared<QTemporaryDir>();
    {
      Studio studio(std::make_shared<test::FakeScript>(), {}, profile);
      QVERIFY(studio.start());
      QTRY_VERIFY(label(studio, "Prediction: 2.9 s, 27 % saved"));
      studio.find(QAccessible::SpinBox, QStringLiteral("Time budget"))->valueInterface()->setCurrentValue(2.0);
      QCOMPARE(small(studio), 19);
      studio.window().close();
    }
    Studio studio(std::make_shared<test::FakeScript>(), {}, profile);
    QVERIFY(studio.start());
    const auto budget = studio.find(QAccessible::SpinBox, QStringLiteral("Time budget"));
    QCOMPARE(budget->valueInterface()->currentValue().toDouble(), 2.0);
    QTRY_COMPARE(small(studio), 19);
  }

  void balancedIsThePairsOwn() {
    const auto profile = std::make_shared<QTemporaryDir>();
    ui::StudioState(profile->filePath(QStringLiteral("state.ini"))).balanced(QStringLiteral("miniature")).set(44);
    Studio studio(std::make_shared<test::FakeScript>(), {}, profile);
    QVERIFY(studio.start());
    QAccessibleInterface* balanced = studio.find(QAccessible::RadioButton, QStringLiteral("Balanced"));
    balanced->actionInterface()->doAction(balanced->actionInterface()->actionNames().first());
    QCOMPARE(small(studio), 11);
    QVERIFY(balanced->state().checked);
  }

 private:
  static bool label(Studio& studio, const char* name) {
    bool found = false;
    studio.walk([&](QAccessibleInterface* item) {
      found |= item->role() == QAccessible::StaticText &&
               test::asInFiles(item->text(QAccessible::Name)) == QLatin1String(name);
    });
    return found;
  }
  static int small(Studio& studio) {
    return studio.find(QAccessible::Slider, QStringLiteral("Trajectory"))->valueInterface()->currentValue().toInt();
  }
};

TSTITCH_UI_TEST(CostsTest)

#include "costs_test.moc"
