#include "ui/main_window.h"

#include <QComboBox>
#include <QFileInfo>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/pair_box.h"
#include "ui/run/filmstrip.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

class MainWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aRunGoesThroughItsStates() {
    auto script = std::make_shared<FakeScript>();
    script->perEvaluation = std::chrono::milliseconds(20);
    script->perLoad = std::chrono::milliseconds(20);
    Studio studio(script);
    QVERIFY(studio.start());
    QStringList seen;
    const auto note = [&] {
      const QString status = studio.status().section(u' ', 0, 0);
      if (seen.isEmpty() || seen.last() != status) seen << status;
    };
    note();
    connect(&studio.session(), &ui::Session::runStarted, this, note);
    connect(&studio.session(), &ui::Session::runEvent, this, note);
    connect(&studio.session(), &ui::Session::runEnded, this, note);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QCOMPARE(seen, (QStringList{"idle", "loading", "sampling", "decoding", "saved"}));
    const auto* strip = studio.window().findChild<ui::Filmstrip*>();
    QCOMPARE(strip->frames().size(), std::size_t{25});  // every preview, also those the big view skipped
  }

  void thePictureIsOnDiskWhenItIsShownAsSaved() {
    Studio studio;
    QVERIFY(studio.start());
    bool there = false;
    connect(&studio.session(), &ui::Session::runEnded, this,
            [&] { there = QFileInfo::exists(studio.status().mid(6)); });
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QVERIFY(there);
    QVERIFY(studio.status().contains(studio.outputFolder()));
  }

  void escapeCancels() {
    auto script = std::make_shared<FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::seconds(60);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling 1/25 small")));
    QTest::keyClick(&studio.window(), Qt::Key_Escape);
    QVERIFY(studio.waitForStatus(QStringLiteral("cancelled")));
    QVERIFY(studio.window().findChildren<QMessageBox*>().isEmpty());
  }

  void controlEnterGeneratesFromThePrompt() {
    Studio studio;
    QVERIFY(studio.start());
    auto* prompt = studio.window().findChildren<QPlainTextEdit*>().first();
    prompt->setFocus();
    QTest::keyClick(prompt, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QVERIFY(prompt->toPlainText().isEmpty());
  }

  void aFailureIsASentence() {
    auto script = std::make_shared<FakeScript>();
    script->failure = "Not enough memory.";
    script->failAtEvaluation = 5;
    Studio studio(script);
    QVERIFY(studio.start());
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("failed: ")));
    QVERIFY(studio.status().contains(QStringLiteral("Not enough memory.")));
    QVERIFY(studio.status().contains(QStringLiteral("Try a smaller size.")));
    script->failure.clear();
    studio.window().generate();  // the window lives on
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
  }

  void theEndStaysUntilTheNextRun() {
    Studio studio;
    QVERIFY(studio.start());
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const QString saved = studio.status();
    studio.session().prepare(test::fakePair().defaults, {});
    QTRY_COMPARE(studio.script().prepared.load(), 2);
    QTest::qWait(20);
    QCOMPARE(studio.status(), saved);
  }

  void generateWorksWhileThePairLoads() {
    auto script = std::make_shared<FakeScript>();
    script->perLoad = std::chrono::milliseconds(100);
    Studio studio(script);
    studio.engines().start();
    QTRY_VERIFY(studio.session().isPreparing());
    QCOMPARE(studio.status(), QStringLiteral("loading"));
    auto* generate = studio.window().findChild<QPushButton*>(QStringLiteral("primary"));
    QVERIFY(generate->isEnabled());
    generate->click();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
  }

  void randomSeedsAreShownAfterwards() {
    Studio studio;
    QVERIFY(studio.start());
    studio.find(QAccessible::CheckBox, QStringLiteral("Random seed"))
        ->actionInterface()
        ->doAction(QAccessibleActionInterface::toggleAction());
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const QString seed = studio.find(QAccessible::EditableText, QStringLiteral("Seed"))->text(QAccessible::Value);
    QCOMPARE(seed.toStdString(), std::to_string(studio.script().seenRuns().at(0).request.seed));
    QVERIFY(studio.find(QAccessible::CheckBox, QStringLiteral("Random seed"))->state().checked);
  }

  void closingDuringARunAsksOnce() {
    auto script = std::make_shared<FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::seconds(60);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling")));
    studio.window().close();
    studio.window().close();
    const auto questions = studio.window().findChildren<QMessageBox*>();
    QCOMPARE(questions.size(), 1);
    QVERIFY(studio.window().isVisible());
    for (auto* button : questions.first()->buttons()) {
      if (questions.first()->buttonRole(button) == QMessageBox::AcceptRole) button->click();
    }
    QTRY_VERIFY(!studio.window().isVisible());
    QCOMPARE(script->stopped.load(), 1);
  }

  void keepingOnKeepsOn() {
    auto script = std::make_shared<FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::seconds(60);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling")));
    studio.window().close();
    studio.window().findChild<QMessageBox*>()->reject();
    QTest::qWait(20);
    QVERIFY(studio.window().isVisible());
    QVERIFY(studio.session().isRunning());
  }

  void shutDownEndsInOrderWithoutAQuestion() {
    auto script = std::make_shared<FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::seconds(60);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling")));
    studio.window().shutDown();
    QTRY_VERIFY(!studio.window().isVisible());
    QVERIFY(studio.window().findChildren<QMessageBox*>().isEmpty());
  }

  void settingsAndPairAreRememberedForTheNextStart() {
    Studio studio;
    QVERIFY(studio.start());
    studio.window().findChildren<QPlainTextEdit*>().first()->setPlainText(QStringLiteral("remember me"));
    studio.find(QAccessible::SpinBox, QStringLiteral("Ratio"))->valueInterface()->setCurrentValue(60);
    studio.window().close();
    const auto request = studio.state().request.get();
    QVERIFY(request.has_value());
    QCOMPARE(request->prompt, std::string("remember me"));
    QVERIFY(request->split == (std::variant<RatioSplit, SegmentSplit>(RatioSplit{{Percent{60}}, SplitRule::Floor})));
    QCOMPARE(studio.state().pair.get(), QStringLiteral("miniature"));
    QVERIFY(!studio.state().geometry.get().isEmpty());
  }

  /// Whatever ends the program, what was typed is in the file within a second (here: a fraction over half of one).
  void settingsAreWrittenSoonAfterAChange() {
    Studio studio;
    QVERIFY(studio.start());
    studio.window().findChildren<QPlainTextEdit*>().first()->setPlainText(QStringLiteral("written at once"));
    QTRY_VERIFY(ui::StudioState(studio.profile()->filePath(QStringLiteral("state.ini")))
                    .request.get()
                    .value_or(GenerationRequest{})
                    .prompt == "written at once");
  }

  void launcherOptionsChooseThePair() {
    auto script = std::make_shared<FakeScript>();
    script->pairs = {test::fakePair(), test::fakePair("sd15", "Stable Diffusion 1.5")};
    ui::StudioOptions options;
    options.pair = QStringLiteral("sd15");
    Studio studio(script, options);
    QVERIFY(studio.start());
    QCOMPARE(studio.window().findChild<ui::PairBox*>()->currentText(), QStringLiteral("Stable Diffusion 1.5"));
  }

  void largeAndSmallMakeAPair() {
    ui::StudioOptions options;
    options.large = QStringLiteral("/models/big");
    options.small = QStringLiteral("/models/tiny");
    Studio studio(std::make_shared<FakeScript>(), options);
    QVERIFY(studio.start());
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const auto denoisers = studio.script().seenRuns().at(0).request.denoisers;
    QCOMPARE(denoisers.at(0).name, std::string("small"));
    QCOMPARE(denoisers.at(0).model.location.string(), std::string("/models/tiny"));
    QCOMPARE(denoisers.at(1).model.location.string(), std::string("/models/big"));
  }

  void thePairListEndsWithChooseModels() {
    Studio studio;
    QVERIFY(studio.start());
    auto* box = studio.window().findChild<ui::PairBox*>();
    QSignalSpy wanted(box, &ui::PairBox::chooseModelsRequested);
    QCOMPARE(box->itemText(box->count() - 1), QStringLiteral("Choose models..."));
    box->setCurrentIndex(box->count() - 1);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(box->currentText(), QStringLiteral("Miniature"));
  }
};

TSTITCH_UI_TEST(MainWindowTest)

#include "main_window_test.moc"
