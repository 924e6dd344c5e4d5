#include <QAbstractItemView>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/additions/additions_section.h"
#include "ui/generate/class_picker.h"
#include "ui/generate/pair_box.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

/// Which pairs can be chosen, which cannot and why, and what choosing one does.
class PairListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pairsOfOneLatentSpaceStandTogether() {
    auto script =
        scriptWith({test::fakePair(), test::fakePair("other", "Wide latents"), test::fakePair("second", "Second")});
    Studio studio(script);
    QVERIFY(studio.start());
    QTRY_COMPARE(entriesOf(studio).size(), 7);  // a separator before the last
    const QStringList entries = entriesOf(studio);
    QCOMPARE(entries.mid(0, 3), (QStringList{QStringLiteral("Latents of 4 channels, 1/4 of the size, scale 1"),
                                             QStringLiteral("Miniature"), QStringLiteral("Second")}));
    QVERIFY(entries.at(3).contains(QStringLiteral("16 channels")));
    QCOMPARE(entries.at(4), QStringLiteral("Wide latents"));
  }

  void whatDoesNotStitchIsGreyAndSaysWhy() {
    PairEntry bad = test::fakePair("bad", "Does not fit");
    bad.defaults.denoisers.front().model.location = "models/other/small";
    Studio studio(scriptWith({test::fakePair(), bad}));
    QVERIFY(studio.start());
    QTRY_VERIFY(entry(studio, "Does not fit")->state().disabled);
    QVERIFY(entry(studio, "Does not fit")
                ->text(QAccessible::Description)
                .contains(QStringLiteral("number of latent channels differs")));
    entry(studio, "Does not fit")->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(box(studio)->currentText(), QStringLiteral("Miniature"));
  }

  void aPairThatIsNotHereSaysWhatBringsIt() {
    PairEntry absent = test::fakePair("sdxl", "SDXL");
    absent.not_here = "Not on this machine: tstitch models fetch sdxl brings it.";
    absent.latent_space = "sdxl";
    Studio studio(scriptWith({test::fakePair(), absent}));
    QVERIFY(studio.start());
    QTRY_VERIFY(entriesOf(studio).contains(QStringLiteral("SDXL latents")));
    QVERIFY(entry(studio, "SDXL")->state().disabled);
    QCOMPARE(entry(studio, "SDXL")->text(QAccessible::Description), QString::fromStdString(absent.not_here));
  }

  void aPairGivenAtTheStartThatDoesNotFitSaysWhy() {
    ui::StudioOptions options;
    options.large = QStringLiteral("/models/large");
    options.small = QStringLiteral("/models/other");
    Studio studio(std::make_shared<FakeScript>(), options);
    QVERIFY(studio.start());
    QTRY_VERIFY(says(studio, QStringLiteral("Does not stitch: the number of latent channels differs")));
  }

  void aClassTakesThePromptsPlace() {
    PairEntry classes = test::fakePair("class", "Classes");
    classes.example_prompts = {"golden retriever", "lemon"};
    Studio studio(scriptWith({test::fakePair(), classes}));
    QVERIFY(studio.start());
    auto* prompt = studio.window().findChildren<QPlainTextEdit*>().first();
    QVERIFY(prompt->isVisible());
    box(studio)->setCurrentText(QStringLiteral("Classes"));
    auto* picker = studio.window().findChild<ui::ClassPicker*>();
    QTRY_VERIFY(picker->isVisible());
    QVERIFY(!prompt->isVisible());
    QAccessibleInterface* generate = studio.find(QAccessible::Button, QStringLiteral("Generate"));
    QVERIFY(generate->state().disabled);  // no class yet
    studio.press(QStringLiteral("Example: golden retriever"));
    QTRY_COMPARE(picker->label().value_or(-1), 207);
    QVERIFY(!generate->state().disabled);
    QTRY_VERIFY(!studio.session().isPreparing());
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QCOMPARE(studio.script().seenRuns().at(0).request.class_label.value_or(-1), 207);
    box(studio)->setCurrentText(QStringLiteral("Miniature"));
    QTRY_VERIFY(prompt->isVisible());
    studio.window().generate();
    QTRY_COMPARE(studio.script().seenRuns().size(), std::size_t{2});
    QVERIFY(!studio.script().seenRuns().at(1).request.class_label);
  }

  void aPairBringsItsAutoencoderAndItsLoras() {
    PairEntry whole = test::fakePair("whole", "With all");
    whole.defaults.vae = ModelReference{"vae", {}, {}, "/m/vae"};
    whole.defaults.loras = {{{"fast", {}, {}, "/m/fast-lora"}, 0.5, "small"}};
    Studio studio(scriptWith({test::fakePair(), whole}));
    QVERIFY(studio.start());
    auto* additions = studio.window().findChild<ui::AdditionsSection*>();
    additions->addLora(QStringLiteral("/m/own-lora"));
    box(studio)->setCurrentText(QStringLiteral("With all"));
    studio.window().generate();
    QTRY_COMPARE(studio.script().seenRuns().size(), std::size_t{1});
    const GenerationRequest request = studio.script().seenRuns().at(0).request;
    QCOMPARE(request.vae.value_or(ModelReference{}).location.string(), std::string("/m/vae"));
    QCOMPARE(request.loras.size(), std::size_t{2});
    QVERIFY(request.loras.at(0) == whole.defaults.loras.at(0));
    box(studio)->setCurrentText(QStringLiteral("Miniature"));
    studio.window().generate();
    QTRY_COMPARE(studio.script().seenRuns().size(), std::size_t{2});
    const GenerationRequest later = studio.script().seenRuns().at(1).request;
    QVERIFY(!later.vae);
    QCOMPARE(later.loras.size(), std::size_t{1});
    QCOMPARE(later.loras.at(0).model.location.string(), std::string("/m/own-lora"));
  }

  void classesAreFoundByNumberNameAndListEntry() {
    ui::ClassPicker picker;
    picker.setClasses(1000, imagenet_class_names());
    auto* text = picker.findChild<QLineEdit*>();
    for (const char* way : {"207", "Golden Retriever", "207: golden retriever"}) {
      text->setText(QString::fromLatin1(way));
      QCOMPARE(picker.label().value_or(-1), 207);
    }
    text->setText(QStringLiteral("crane"));  // a bird and a machine
    QVERIFY(!picker.label());
    QVERIFY(picker.problem().contains(QStringLiteral("several classes")));
    text->setText(QStringLiteral("1000"));
    QVERIFY(!picker.label());
    picker.setClasses(10, {});
    text->setText(QStringLiteral("9"));
    QCOMPARE(picker.label().value_or(-1), 9);
  }

  void row30EscapeClosesTheListOfClassesWhichOpensAgain() {
    auto script = scriptWith({test::fakePair("class", "Classes")});
    Studio studio(script);
    QVERIFY(studio.start());
    auto* picker = studio.window().findChild<ui::ClassPicker*>();
    QTRY_VERIFY(picker->isVisible());
    auto* text = picker->findChild<QLineEdit*>();
    text->setText(QStringLiteral("207"));
    script->perEvaluation = std::chrono::milliseconds(20);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling ")));
    QAbstractItemView* entries = text->completer()->popup();
    for (int time = 0; time < 3; ++time) {
      picker->findChild<QToolButton*>()->click();
      QTRY_VERIFY2(entries->isVisible(), qPrintable(QString::number(time)));
      QVERIFY(entries->model()->rowCount() > 1);
      QTest::keyClick(&studio.window(), Qt::Key_Escape);  // the window is where the screen's keys go
      QTRY_VERIFY(!entries->isVisible());
    }
    QVERIFY(studio.session().isRunning() && !studio.session().isStopping());
    QTest::keyClick(&studio.window(), Qt::Key_Escape);
    QVERIFY(studio.waitForStatus(QStringLiteral("cancelled")));
  }

  void theClassPickerComesWhileARunGoesOn() {
    auto script = scriptWith({test::fakePair(), test::fakePair("class", "Classes")});
    Studio studio(script);
    QVERIFY(studio.start());
    QTRY_VERIFY(box(studio)->standing(box(studio)->pairs().at(1)).isKnown);
    script->perEvaluation = std::chrono::milliseconds(20);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling ")));
    box(studio)->setCurrentText(QStringLiteral("Classes"));
    QVERIFY(studio.window().findChild<ui::ClassPicker*>()->isVisible());
    QVERIFY(studio.session().isRunning());
    studio.session().stopAll();
    QVERIFY(studio.waitForStatus(QStringLiteral("cancelled")));
  }

  void thePairChangesWhileARunGoesOn() {
    auto script = scriptWith({test::fakePair(), test::fakePair("sd15", "Stable Diffusion 1.5")});
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::milliseconds(20);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling ")));
    box(studio)->setCurrentText(QStringLiteral("Stable Diffusion 1.5"));
    studio.window().generate();  // waits behind the run, which keeps its own pair
    QTRY_COMPARE(script->seenRuns().size(), std::size_t{2});
    QCOMPARE(script->seenRuns().at(0).request.denoisers.at(0).model.name, std::string("miniature-small"));
    QCOMPARE(script->seenRuns().at(1).request.denoisers.at(0).model.name, std::string("sd15-small"));
  }

 private:
  static std::shared_ptr<FakeScript> scriptWith(std::vector<PairEntry> pairs) {
    auto script = std::make_shared<FakeScript>();
    script->pairs = std::move(pairs);
    return script;
  }

  static ui::PairBox* box(Studio& studio) { return studio.window().findChild<ui::PairBox*>(); }

  static QStringList entriesOf(Studio& studio) {
    QStringList entries;
    for (int i = 0; i < box(studio)->count(); ++i) entries << box(studio)->itemText(i);
    return entries;
  }

  static QAccessibleInterface* entry(Studio& studio, const char* title) {
    QAccessibleInterface* list = studio.find(QAccessible::ComboBox, QStringLiteral("Pair"));
    for (int i = 0; i < list->childCount(); ++i) {
      if (list->child(i)->text(QAccessible::Name) == QLatin1String(title)) return list->child(i);
    }
    throw std::runtime_error(title);
  }

  static bool says(Studio& studio, const QString& text) {
    for (const auto* label : studio.window().findChildren<QLabel*>()) {
      if (label->text().contains(text)) return true;
    }
    return false;
  }
};

TSTITCH_UI_TEST(PairListTest)

#include "pair_list_test.moc"
