#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/additions/additions_section.h"
#include "ui/additions/lora_row.h"
#include "ui/additions/model_field.h"
#include "ui/generate/pair_box.h"
#include "ui/grid/grid_page.h"
#include "ui/models/choose_models_dialog.h"
#include "ui/preview/picture_view.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/window_words.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

/// What was seen in the window in use and is right now; the numbers are those of the list of these cases.
class WindowRowsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void row04_anExampleCanBeTakenBack() {
    Studio studio;
    QVERIFY(studio.start());
    auto* prompt = promptOf(studio);
    prompt->setPlainText(QStringLiteral("an owl of my own"));
    studio.press(QStringLiteral("Example: 3d rocket"));
    QTRY_COMPARE(prompt->toPlainText(), QStringLiteral("3d rocket"));
    studio.press(QStringLiteral("Undo settings"));
    QTRY_COMPARE(prompt->toPlainText(), QStringLiteral("an owl of my own"));
    QVERIFY(studio.notice().isEmpty());
    studio.press(QStringLiteral("Example: 3d panda"));
    QTRY_COMPARE(prompt->toPlainText(), QStringLiteral("3d panda"));
    prompt->setFocus();
    prompt->undo();  // Ctrl+Z
    QCOMPARE(prompt->toPlainText(), QStringLiteral("an owl of my own"));
  }

  void row04_anImportCanBeTakenBack() {
    Studio studio;
    QVERIFY(studio.start());
    const QString picture = makePicture(studio, QStringLiteral("owl"), 12);
    promptOf(studio)->setPlainText(QStringLiteral("mine"));
    setNumber(studio, "Steps", 30);
    toggle(studio, "Random seed");
    studio.window().takePictures({picture});
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("carries its settings")));
    studio.press(QStringLiteral("Use its settings"));
    QTRY_COMPARE(promptOf(studio)->toPlainText(), QStringLiteral("owl"));
    QCOMPARE(number(studio, "Steps"), 12);
    studio.press(QStringLiteral("Undo settings"));
    QTRY_COMPARE(promptOf(studio)->toPlainText(), QStringLiteral("mine"));
    QCOMPARE(number(studio, "Steps"), 30);
    QVERIFY(studio.find(QAccessible::CheckBox, QStringLiteral("Random seed"))->state().checked);
  }

  void row05_aGridOfFailedCellsSaysWhyAndHowManyAndCanBeRetried() {
    auto script = std::make_shared<FakeScript>();
    script->failingPercent = -2;
    Studio studio(script);
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("failed: 6 of 6: The picture could not be decoded.")));
    const QString stand = nameBeginning(studio, QAccessible::StaticText, QStringLiteral("Grid: "));
    QCOMPARE(stand, QStringLiteral("Grid: 0 of 6 saved, 6 failed: The picture could not be decoded."));
    script->failingPercent = -1;
    studio.press(QStringLiteral("Retry failed"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QCOMPARE(QDir(studio.outputFolder()).entryList({QStringLiteral("grid-*")}, QDir::Dirs).size(), 1);
  }

  void row06_theCellsOfAStoppedGridAreStopped() {
    auto script = std::make_shared<FakeScript>();
    script->perEvaluation = std::chrono::milliseconds(4);
    Studio studio(script);
    QVERIFY(studio.start());
    auto* model = studio.window().findChild<ui::GridPage*>()->model();
    studio.press(QStringLiteral("Make grid"));
    QTRY_VERIFY(model->cellCount() == 6 && model->cell(1).state == ui::CellState::Saved);
    script->perEvaluation = std::chrono::seconds(60);
    studio.press(QStringLiteral("Stop"));
    QVERIFY(studio.waitForStatus(QStringLiteral("cancelled")));
    for (int cell = model->count(ui::CellState::Saved); cell < 6; ++cell) {
      QVERIFY2(model->accessibleName(cell).endsWith(QStringLiteral(": stopped")),
               qPrintable(model->accessibleName(cell)));
    }
    script->perEvaluation = std::chrono::milliseconds(1);
    studio.press(QStringLiteral("Continue grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
  }

  void row08_noticesAreSeenOnEveryPage() {
    Studio studio;
    QVERIFY(studio.start());
    studio.window().findChild<QTabBar*>(QStringLiteral("pages"))->setCurrentIndex(1);
    const QString picture = makePicture(studio, QStringLiteral("owl"), 4);
    studio.window().takePictures({picture});
    QTRY_VERIFY(studio.notice().contains(picture));
    QVERIFY(studio.window().findChild<ui::NoticeBar*>()->isVisible());
  }

  void row08_aNewSentenceHidesNoOther() {
    Studio studio;
    auto* bar = studio.window().findChild<ui::NoticeBar*>();
    bar->say(QStringLiteral("One."));
    bar->say(QStringLiteral("Two."));
    QCOMPARE(studio.notice(), QStringLiteral("Two.\nOne."));
    QAccessibleInterface* alert = QAccessible::queryAccessibleInterface(bar);
    QVERIFY(!alert->state().invisible);
    for (const auto& close : bar->findChildren<QToolButton*>()) close->click();
    QVERIFY(bar->isHidden());
  }

  void row09_allTabsAreWholeAfterAStartOnGrid() {
    Studio::Profile profile;
    {
      Studio studio;
      studio.window().findChild<QTabBar*>(QStringLiteral("pages"))->setCurrentIndex(1);
      studio.window().close();
      profile = studio.profile();
    }
    Studio studio(std::make_shared<FakeScript>(), {}, profile);
    auto* tabs = studio.window().findChild<QTabBar*>(QStringLiteral("pages"));
    QCOMPARE(tabs->currentIndex(), 1);
    QTest::qWait(20);
    tabs->setCurrentIndex(0);
    QTest::qWait(20);
    for (int tab = 0; tab < tabs->count(); ++tab) {
      QVERIFY(tabs->rect().contains(tabs->tabRect(tab)));
      QVERIFY(tabs->tabRect(tab).width() >= QFontMetrics(tabs->font()).horizontalAdvance(tabs->tabText(tab)));
    }
    for (const auto* arrow : tabs->findChildren<QToolButton*>()) QVERIFY(!arrow->isVisible());
  }

  void row11_keysOnTheClosedPairBoxOpenNoDialog() {
    Studio studio;
    QVERIFY(studio.start());
    auto* box = studio.window().findChild<ui::PairBox*>();
    box->setFocus();
    for (const int key : {Qt::Key_Down, Qt::Key_Down, Qt::Key_End, Qt::Key_PageDown, Qt::Key_C}) {
      QTest::keyClick(box, static_cast<Qt::Key>(key));
      QVERIFY(studio.window().findChildren<ui::ChooseModelsDialog*>().isEmpty());
      QCOMPARE(box->currentText(), QStringLiteral("Miniature"));
    }
  }

  void row11_thePairThatIsChosenAlreadyChangesNothing() {
    Studio studio;
    QVERIFY(studio.start());
    setNumber(studio, "Steps", 7);
    auto* box = studio.window().findChild<ui::PairBox*>();
    const int entries = box->count();
    const PairEntry chosen = *box->pair();
    box->addPair(ui::pairFromPlaces({chosen.large.string(), chosen.small.string()}));
    QCOMPARE(box->count(), entries);
    QCOMPARE(box->currentText(), QStringLiteral("Miniature"));
    QCOMPARE(number(studio, "Steps"), 7);
  }

  void row14_theSeedDoesNotDriftWithTheCount() {
    Studio studio;
    QVERIFY(studio.start());
    QAccessibleInterface* seed = studio.find(QAccessible::EditableText, QStringLiteral("Seed"));
    seed->setText(QAccessible::Value, QStringLiteral("100"));
    setNumber(studio, "Count", 3);
    for (int run = 0; run < 2; ++run) {
      studio.window().generate();
      QTRY_VERIFY(!studio.session().isRunning());
      QVERIFY(studio.status().startsWith(QStringLiteral("saved ")));
      QCOMPARE(seed->text(QAccessible::Value), QStringLiteral("100"));
    }
    const auto runs = studio.script().seenRuns();
    QCOMPARE(runs.size(), std::size_t{6});
    for (std::size_t i = 0; i < runs.size(); ++i) QCOMPARE(runs[i].request.seed, 100 + i % 3);
  }

  void row21_aLorasNoticeGoesWithIt() {
    auto script = std::make_shared<FakeScript>();
    script->warning = "lora-ink on large: 3 of 4 modules fit.";
    Studio studio(script);
    QVERIFY(studio.start());
    auto* additions = studio.window().findChild<ui::AdditionsSection*>();
    additions->addLora(QStringLiteral("/m/lora-ink.safetensors"));
    studio.window().findChild<ui::NoticeBar*>()->say(QStringLiteral("Something else."));
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QVERIFY(studio.notice().contains(QStringLiteral("lora-ink on large")));
    studio.press(QStringLiteral("Remove LoRA"));
    QTRY_COMPARE(studio.notice(), QStringLiteral("Something else."));
  }

  void row21_theExportsSentenceGoesWithTheNextGrid() {
    Studio studio;
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    studio.press(QStringLiteral("Export grid"));
    QTRY_VERIFY(studio.notice().startsWith(QStringLiteral("Exported to ")));
    const QFileInfo exported(studio.notice().mid(12));
    QVERIFY(exported.exists());
    QCOMPARE(exported.dir().dirName(), QStringLiteral("grid-0001"));  // beside the grid's pictures
    studio.press(QStringLiteral("Make grid"));
    QTRY_VERIFY(studio.notice().isEmpty());
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
  }

  void row22_generateIsOffWhileACardSaysThatItsModelIsWrong() {
    Studio studio;
    QVERIFY(studio.start());
    QAccessibleInterface* generate = studio.find(QAccessible::Button, QStringLiteral("Generate"));
    auto* additions = studio.window().findChild<ui::AdditionsSection*>();
    additions->addLora(QStringLiteral("/m/control-canny"));
    QTRY_VERIFY(generate->state().disabled);
    QVERIFY(generate->text(QAccessible::Description).startsWith(QStringLiteral("LoRA: This is a ControlNet, not")));
    additions->loraRows().front()->model()->setPlace(QStringLiteral("/m/lora-ink"));
    QVERIFY(!generate->state().disabled);
  }

  void row23_sentencesSpeakTheWindowsWords_data() {
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("shown");
    const auto add = [](const char* name, const char* said, const char* shown) {
      QTest::newRow(name) << QString::fromLatin1(said) << QString::fromLatin1(shown);
    };
    add("option in front", "--steps: 3 is too few.", "Steps: 3 is too few.");
    add("advice", "There is none. Give it with --vae.", "There is none. Give it under \"Choose models...\".");
    add("field", "controls[1].scale: 200 is not in -100..100.", "Control 2, weight: 200 is not in -100..100.");
    add("fields", "loras[0].model.name: it is empty; guidance_scale: x.",
        "LoRA, model, name: it is empty; Guidance: x.");
    add("split", "split.shares: the shares add up to 90 %, not to 100 %.",
        "Ratio: the shares add up to 90 %, not to 100 %.");
    add("a file", "/m/prompt.size/model.safetensors: it is damaged.",
        "/m/prompt.size/model.safetensors: it is damaged.");
    add("plain words", "The steps and the size of the picture do not matter.",
        "The steps and the size of the picture do not matter.");
  }
  void row23_sentencesSpeakTheWindowsWords() {
    QFETCH(QString, said);
    QFETCH(QString, shown);
    QCOMPARE(ui::inWindowWords(said.toStdString()), shown);
  }

  /// Every field that validate() can name has words of the window.
  void row23_noFieldOfARequestIsShownAsAPath() {
    GenerationRequest request = test::fakePair().defaults;
    request.prompt = std::string("\xff\0", 2);
    request.negative_prompt = request.prompt;
    request.class_label = -1;
    request.denoisers[0] = {"a b", {"\xff", "\xff", {{"\xff", "12"}}, {}}, -1};
    request.vae = request.denoisers[0].model;
    request.split = SegmentSplit{{{"nobody", 0, -1}}};
    request.extent = {5, 5};
    request.steps = 0;
    request.eta = 2;
    request.guidance_scale = -1;
    request.micro_conditioning.original = Extent{0, 0};
    request.micro_conditioning.target = Extent{0, 0};
    request.micro_conditioning.crop = {-1, -1};
    request.micro_conditioning.aesthetic_score = std::numeric_limits<double>::infinity();
    ControlChoice control;
    control.kind = ControlKind::Other;
    control.picture = {"\xff", "12", {}};
    control.model = request.denoisers[0].model;
    control.scale = 1000;
    control.start = control.end = 1;
    control.denoiser = "nobody";
    control.annotator = control.model;
    control.thresholds = {-1, -1};
    LoraChoice lora;
    lora.model = control.model;
    lora.strength = 1000;
    lora.denoiser = "nobody";
    request.controls = {control, control};
    request.loras = {lora, lora};
    expectWindowWords(request);
    request.split = RatioSplit{{Percent{-1}, Percent{1}, Percent{1}}, SplitRule::Floor};
    expectWindowWords(request);
    request.denoisers.clear();
    expectWindowWords(request);
  }

  void row23_startMustLieBeforeEnd() {
    Studio studio;
    QVERIFY(studio.start());
    auto* additions = studio.window().findChild<ui::AdditionsSection*>();
    ControlChoice control;
    control.picture.location = "/no/such.png";
    control.model.location = "/m/control-canny";
    control.start = control.end = 1;
    additions->set({control}, {});
    QCOMPARE(studio.find(QAccessible::Button, QStringLiteral("Generate"))->text(QAccessible::Description),
             QStringLiteral("Control: Start must lie before End."));
  }

  void row27_tabReachesPromptSyntaxAndTheExamplesFromThePrompt() {
    Studio studio;
    QVERIFY(studio.start());
    promptOf(studio)->setFocus();
    QStringList reached;
    for (int i = 0; i < 8; ++i) {
      QTest::keyClick(studio.window().focusWidget(), Qt::Key_Tab);
      reached << studio.window().focusWidget()->accessibleName();
    }
    QCOMPARE(reached.at(0), QStringLiteral("Prompt syntax"));
    QCOMPARE(reached.at(1), QStringLiteral("Example: 3d fox"));
    QCOMPARE(reached.at(6), QStringLiteral("Example: 3d panda"));
    QCOMPARE(reached.at(7), QStringLiteral("Negative prompt"));
  }

  void row27_foldHeadersAreNoCheckBoxes() {
    Studio studio;
    QVERIFY(studio.find(QAccessible::CheckBox, QStringLiteral("Control")) == nullptr);
    QAccessibleInterface* header = studio.find(QAccessible::Button, QStringLiteral("Control"));
    QVERIFY(header != nullptr && header->state().expandable && header->state().collapsed);
    header->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QVERIFY(header->state().expanded);
  }

  void row27_savedIsAnnounced() {
    Studio studio;
    QVERIFY(studio.start());
    makePicture(studio, QStringLiteral("owl"), 4);
    QVERIFY(studio.find(QAccessible::Notification, QStringLiteral("Announcement: ") + studio.status()) != nullptr);
  }

  void row39_theCardsStartAndEndAreInPercent() {
    Studio studio;
    for (const char* name : {"Control start", "Control end"}) {
      QAccessibleInterface* field = studio.find(QAccessible::SpinBox, QString::fromLatin1(name));
      QCOMPARE(field->valueInterface()->maximumValue().toDouble(), 100.0);
    }
  }

  void row07_aFinishedCellOpensDuringAGrid() {
    auto script = std::make_shared<FakeScript>();
    script->perEvaluation = std::chrono::milliseconds(4);
    Studio studio(script);
    QVERIFY(studio.start());
    promptOf(studio)->setPlainText(QStringLiteral("owl"));
    auto* page = studio.window().findChild<ui::GridPage*>();
    studio.press(QStringLiteral("Make grid"));
    QTRY_VERIFY(page->model()->cellCount() == 6 && page->model()->cell(1).state == ui::CellState::Saved);
    script->perEvaluation = std::chrono::seconds(60);
    promptOf(studio)->setPlainText(QStringLiteral("another"));
    const QString path = page->model()->cell(1).path;
    Q_EMIT page->cellOpened(path);
    QTRY_COMPARE(promptOf(studio)->toPlainText(), QStringLiteral("owl"));
    QCOMPARE(number(studio, "Ratio"), 20);
    QTRY_COMPARE(studio.window().findChild<ui::PictureView*>()->savedPath(), path);
    QVERIFY(studio.session().isRunning());
    studio.press(QStringLiteral("Stop"));
    QVERIFY(studio.waitForStatus(QStringLiteral("cancelled")));
  }

  void row36_anEqualEarlierPictureIsNamed() {
    Studio studio;
    QVERIFY(studio.start());
    const QString first = makePicture(studio, QStringLiteral("owl"), 4);
    QVERIFY(studio.notice().isEmpty());
    studio.window().generate();
    QTRY_VERIFY(studio.notice().contains(first));
    QTRY_COMPARE(studio.script().seenRuns().size(), std::size_t{2});
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    makePicture(studio, QStringLiteral("another owl"), 4);
    QVERIFY(studio.notice().isEmpty());
  }

  void row31_withoutPreviewsTheRunsStateStandsInThePicturesPlace() {
    auto script = std::make_shared<FakeScript>();
    script->previews = false;
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::seconds(60);
    QAccessibleInterface* picture = studio.find(QAccessible::Graphic, QStringLiteral("Picture"));
    QCOMPARE(picture->text(QAccessible::Description), QStringLiteral("nothing yet"));
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling 1/25")));
    QCOMPARE(picture->text(QAccessible::Description), studio.status());
    studio.press(QStringLiteral("Stop"));
    QVERIFY(studio.waitForStatus(QStringLiteral("cancelled")));
    QCOMPARE(picture->text(QAccessible::Description), QStringLiteral("nothing yet"));
  }

 private:
  static QPlainTextEdit* promptOf(Studio& studio) { return studio.window().findChildren<QPlainTextEdit*>().first(); }

  static void setNumber(Studio& studio, const char* name, int value) {
    studio.find(QAccessible::SpinBox, QString::fromLatin1(name))->valueInterface()->setCurrentValue(value);
  }
  static int number(Studio& studio, const char* name) {
    return studio.find(QAccessible::SpinBox, QString::fromLatin1(name))->valueInterface()->currentValue().toInt();
  }
  static void toggle(Studio& studio, const char* name) {
    studio.find(QAccessible::CheckBox, QString::fromLatin1(name))
        ->actionInterface()
        ->doAction(QAccessibleActionInterface::toggleAction());
  }

  static QString nameBeginning(Studio& studio, QAccessible::Role role, const QString& beginning) {
    QString found;
    studio.walk([&](QAccessibleInterface* item) {
      const QString name = item->text(QAccessible::Name);
      if (item->role() == role && name.startsWith(beginning)) found = name;
    });
    return found;
  }

  static QString makePicture(Studio& studio, const QString& prompt, int steps) {
    promptOf(studio)->setPlainText(prompt);
    setNumber(studio, "Steps", steps);
    studio.window().generate();
    return studio.waitForStatus(QStringLiteral("saved ")) ? studio.status().mid(6) : QString();
  }

  static void expectWindowWords(const GenerationRequest& request) {
    static const QRegularExpression path(QStringLiteral("\\w\\[\\d|[a-z]\\.[a-z]|[a-z]_[a-z]"));
    for (const Problem& problem : validate(request)) {
      const QString sentence = ui::sentenceOf(problem);
      QVERIFY2(!sentence.contains(path), qPrintable(sentence));
    }
  }
};

TSTITCH_UI_TEST(WindowRowsTest)

#include "window_rows_test.moc"
