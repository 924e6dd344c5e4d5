#include <QDir>
#include <QLabel>
#include <QPlainTextEdit>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/play/taste_desk.h"
#include "ui/play/taste_dialog.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

class BlindTasteTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    script_ = std::make_shared<FakeScript>();
    studio_ = std::make_unique<Studio>(script_);
    QVERIFY(studio_->start());
    studio_->window().findChildren<QPlainTextEdit*>().first()->setPlainText(QStringLiteral("3d fox"));
  }
  void cleanup() { studio_.reset(); }

  void twelvePairsEndInAFinding() {
    ui::TasteDialog* dialog = open();
    answerAll(*dialog, [](int pair) { return pair < 7; });
    const auto labels = dialog->findChildren<QLabel*>();
    const bool said = std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
      return label->text().startsWith(QStringLiteral("You could not tell 0 % from 40 %: you save "));
    });
    QVERIFY(said);
    QVERIFY(studio_->state().balanced(QStringLiteral("miniature")).isStored());
    QCOMPARE(studio_->state().balanced(QStringLiteral("miniature")).get(), 40);
    QCOMPARE(QDir(studio_->outputFolder()).entryList({QStringLiteral("*.png")}).size(), 0);
  }

  void whoCanTellSetsNothing() {
    ui::TasteDialog* dialog = open();
    answerAll(*dialog, [](int) { return true; });
    QVERIFY(!studio_->state().balanced(QStringLiteral("miniature")).isStored());
    QCOMPARE(studio_->state().balanced(QStringLiteral("miniature")).get(), 40);
  }

  void thePairsAreTheUsersOwnPromptsWithSeedsOfTheirOwn() {
    ui::TasteDialog* dialog = open();
    answerAll(*dialog, [](int) { return true; });
    const auto runs = script_->seenRuns();
    QCOMPARE(runs.size(), std::size_t{24});
    for (std::size_t i = 0; i < runs.size(); i += 2) {
      QCOMPARE(runs[i].request.prompt, std::string("3d fox"));
      QCOMPARE(runs[i].request.seed, runs[i + 1].request.seed);
      if (i > 0) QVERIFY(runs[i].request.seed != runs[i - 1].request.seed);
    }
  }

  void theResultCanBeShared() {
    ui::TasteDialog* dialog = open();
    answerAll(*dialog, [](int pair) { return pair % 2 == 0; });
    Q_EMIT dialog->shareWanted();
    QTRY_VERIFY(studio_->notice().startsWith(QStringLiteral("Exported to ")));
    const QImage figure(studio_->notice().mid(12));
    QVERIFY(figure.width() > 900 && figure.height() > 700);
  }

 private:
  ui::TasteDialog* open() {
    studio_->press(QStringLiteral("Blind taste"));
    const auto dialog = [this] { return studio_->window().findChild<ui::TasteDialog*>(); };
    static_cast<void>(QTest::qWaitFor([&] { return dialog() != nullptr; }));
    return dialog();
  }

  /// One key each, as soon as its pair is there.
  static void answerAll(ui::TasteDialog& dialog, const std::function<bool(int)>& choosesReference) {
    for (int pair = 0; pair < ui::TasteDesk::kPairs; ++pair) {
      const bool left = dialog.test().isReferenceLeft(pair) == choosesReference(pair);
      const bool answered = QTest::qWaitFor(
          [&] {
            QTest::keyClick(&dialog, left ? Qt::Key_1 : Qt::Key_2);
            return dialog.test().answered() > pair;
          },
          20000);
      QVERIFY(answered);
      QCOMPARE(dialog.test().answered(), pair + 1);
    }
  }

  std::shared_ptr<FakeScript> script_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(BlindTasteTest)

#include "blind_taste_test.moc"
