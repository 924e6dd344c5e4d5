#include "ui/run/run_progress.h"

#include "tests/ui/language.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using ui::RunProgress;

namespace {

void makeStep(RunProgress& progress, int evaluation, const char* denoiser, double seconds, int of = 25) {
  progress.take(StepBegun{EvaluationIndex{evaluation}, of, denoiser});
  progress.take(StepDone{EvaluationIndex{evaluation}, of, denoiser, Sigma{1}, Seconds{seconds}});
}

}  // namespace

class RunProgressTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theStatusIsTheContractsWords() {
    RunProgress progress(10, 25, {});
    QCOMPARE(progress.status(), QStringLiteral("loading"));
    progress.take(StageChanged{Stage::Text});
    QCOMPARE(progress.status(), QStringLiteral("loading"));
    progress.take(StageChanged{Stage::Sampling});
    progress.take(StepBegun{EvaluationIndex{0}, 25, "small"});
    QCOMPARE(progress.status(), QStringLiteral("sampling 1/25 small"));
    progress.take(StepBegun{EvaluationIndex{11}, 25, "large"});
    QCOMPARE(progress.status(), QStringLiteral("sampling 12/25 large"));
    progress.take(StageChanged{Stage::Decoding});
    QCOMPARE(progress.status(), QStringLiteral("decoding"));
  }

  void bothRatesMakeTheTimeLeft() {
    RunProgress progress(10, 25, {});
    makeStep(progress, 0, "small", 0.1);
    QVERIFY(!progress.secondsLeft());  // nothing is known of the large denoiser yet
    for (int i = 1; i < 10; ++i) makeStep(progress, i, "small", 0.1);
    makeStep(progress, 10, "large", 0.4);
    QCOMPARE(progress.small().secondsEach().value_or(0), 0.1);
    QCOMPARE(progress.secondsLeft().value_or(0), 14 * 0.4);
    QCOMPARE(progress.done(), 11);
  }

  void measuredTimesServeBeforeTheRunHasItsOwn() {
    RunProgress progress(10, 25, {{{"small", 0.1}, {"large", 0.2}}, 0.05, 0.3});
    QCOMPARE(progress.secondsLeft().value_or(0), 10 * 0.1 + 15 * 0.2 + 0.3);
  }

  void row18_theTimeLeftIsThatOfTheWholeJob() {
    RunProgress progress(10, 25, {{{"small", 0.1}, {"large", 0.2}}, 0.05, 0.5});
    progress.setPictures(2);
    progress.take(EvaluationCounts{{{"small", 15}, {"large", 35}}});
    QCOMPARE(progress.secondsLeft().value_or(0), 15 * 0.1 + 35 * 0.2 + 2 * 0.5);
    for (int i = 0; i < 10; ++i) makeStep(progress, i, "small", 0.1);
    for (int i = 10; i < 25; ++i) makeStep(progress, i, "large", 0.4);
    progress.take(ImageSaved{});
    progress.beginCell(5, 25);
    QCOMPARE(progress.evaluations(), 25);
    QCOMPARE(progress.done(), 0);
    QCOMPARE(progress.secondsLeft().value_or(0), 5 * 0.1 + 20 * 0.4 + 0.5);
  }

  void theNextPictureStartsAgain() {
    RunProgress progress(10, 25, {});
    for (int i = 0; i < 25; ++i) makeStep(progress, i, i < 10 ? "small" : "large", 0.1);
    makeStep(progress, 0, "small", 0.1);
    QCOMPARE(progress.done(), 1);
  }

  void whatAnEarlierRunMadeCountsAsDone() {
    RunProgress progress(10, 25, {{{"small", 0.1}, {"large", 0.2}}, 0.05, 0.5});
    progress.take(EvaluationCounts{{{"small", 10}, {"large", 15}}});
    progress.take(StepBegun{EvaluationIndex{10}, 25, "large"});
    QCOMPARE(progress.small().done, 10);
    QVERIFY(!progress.small().secondsEach());
    QCOMPARE(progress.secondsLeft().value_or(0), 15 * 0.2 + 0.5);
    progress.take(StepDone{EvaluationIndex{10}, 25, "large", Sigma{1}, Seconds{0.4}});
    QCOMPARE(progress.done(), 11);
    QCOMPARE(progress.secondsLeft().value_or(0), 14 * 0.4 + 0.5);
  }

  void theLargeDenoiserTakesOver() {
    RunProgress progress(10, 25, {});
    progress.take(EvaluationCounts{{{"small", 10}, {"large", 15}}});
    for (int i = 0; i < 4; ++i) makeStep(progress, i, "small", 0.1);
    progress.take(EvaluationCounts{{{"small", 4}, {"large", 21}}});
    makeStep(progress, 4, "large", 0.4);
    QCOMPARE(progress.small().of, 4);
    QCOMPARE(progress.large().of, 21);
    QCOMPARE(progress.evaluations(), 25);
    QCOMPARE(progress.secondsLeft().value_or(0), 20 * 0.4);
  }

  void aSecondPassIsCountedAndTimedByItself() {
    RunProgress progress(10, 25, {{{"small", 0.1}, {"large", 0.2}}, {}, 0.5});
    progress.setSecond({4, 12}, {{{"small", 0.3}, {"large", 0.6}}, {}, 1.5});
    progress.setPictures(2);
    const double ofOne = 10 * 0.1 + 15 * 0.2 + 0.5 + 4 * 0.3 + 8 * 0.6 + 1.5;
    QCOMPARE(progress.evaluations(), 37);
    progress.take(EvaluationCounts{{{"small", 28}, {"large", 46}}});
    QCOMPARE(progress.secondsLeft().value_or(0), 2 * ofOne);
    for (int i = 0; i < 25; ++i) makeStep(progress, i, i < 10 ? "small" : "large", i < 10 ? 0.1 : 0.2, 37);
    QVERIFY(progress.isInSecondPass());
    QCOMPARE(progress.share(), 25 / 74.0);
    QCOMPARE(progress.secondsLeft().value_or(0), 2 * ofOne - 10 * 0.1 - 15 * 0.2 - 0.5);
    makeStep(progress, 25, "small", 0.4, 37);
    QCOMPARE(progress.status(), QStringLiteral("sampling 26/37 small"));
    QCOMPARE(progress.small().done, 11);
    QCOMPARE(progress.small().of, 14);
    QCOMPARE(progress.small().secondsEach().value_or(0), 0.4);
    QCOMPARE(progress.secondPass().done(), 1);
    for (int i = 26; i < 37; ++i) makeStep(progress, i, i < 29 ? "small" : "large", i < 29 ? 0.4 : 0.6, 37);
    QCOMPARE(progress.done(), 37);
    progress.take(ImageSaved{});
    makeStep(progress, 0, "small", 0.1, 37);
    QVERIFY(!progress.isInSecondPass());
    QCOMPARE(progress.done(), 1);
  }

  void theLargeDenoiserTakesOverTheSecondPassToo() {
    RunProgress progress(10, 25, {{{"small", 0.1}, {"large", 0.2}}, {}, {}});
    progress.setSecond({4, 12}, {{{"small", 0.3}, {"large", 0.6}}, {}, {}});
    progress.take(EvaluationCounts{{{"small", 14}, {"large", 23}}});
    for (int i = 0; i < 4; ++i) makeStep(progress, i, "small", 0.1, 37);
    progress.take(EvaluationCounts{{{"small", 4}, {"large", 33}}});
    QCOMPARE(progress.small().of, 4);
    QCOMPARE(progress.large().of, 33);
    QCOMPARE(progress.secondsLeft().value_or(0), 21 * 0.2 + 12 * 0.6);
  }

  void numbersReadWell() {
    const test::Language english("C");
    QCOMPARE(ui::rateText(0.05), QStringLiteral("20 it/s"));
    QCOMPARE(ui::rateText(0.15), QStringLiteral("6.7 it/s"));
    QCOMPARE(ui::rateText(2.5), QStringLiteral("2.5 s/it"));
    QCOMPARE(ui::durationText(1.44), QStringLiteral("1.4 s"));
    QCOMPARE(ui::durationText(42.3), QStringLiteral("42 s"));
    QCOMPARE(ui::durationText(185), QStringLiteral("3:05 min"));
  }
};

TSTITCH_UI_TEST(RunProgressTest)

#include "run_progress_test.moc"
