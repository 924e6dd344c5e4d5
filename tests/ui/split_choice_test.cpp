#include "ui/generate/split_choice.h"

#include "tests/ui/qt_test.h"

using namespace tstitch;
using ui::runShape;
using ui::SplitChoice;

namespace {

SplitChoice choiceOf(SamplerKind sampler, int steps) {
  SchedulerConfig scheduler;
  scheduler.class_name = "PNDMScheduler";
  scheduler.skip_prk_steps = true;
  SplitChoice choice;
  choice.setShape(runShape(sampler, Spacing::Default, steps, scheduler));
  return choice;
}

}  // namespace

class SplitChoiceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void percentBecomesTheFloorOfTheEvaluations() {
    SplitChoice choice = choiceOf(SamplerKind::Ddim, 25);
    choice.setPercent(40);
    QCOMPARE(choice.smallCount(), 10);
    choice.setPercent(41);
    QCOMPARE(choice.smallCount(), 10);
    QCOMPARE(choice.percent(), 41);
    choice.setPercent(100);
    QCOMPARE(choice.smallCount(), 25);
  }

  /// three-models: one ratio of the pair `dit-xl-b-s` is read by `dit` and is for small and large.
  void aPairsRuleIsKept() {
    SchedulerConfig scheduler;
    scheduler.class_name = "DDIMScheduler";
    SplitChoice choice;
    choice.setShape(runShape(SamplerKind::Ddim, Spacing::Linspace, 25, scheduler));
    for (const SplitRule rule : {SplitRule::Dit, SplitRule::DitMulti}) {
      choice.setRule(rule);
      choice.setPercent(20);
      QCOMPARE(choice.smallCount(), 5);
      choice.setPercent(10);
      QCOMPARE(choice.smallCount(), 3);  // `floor` would give it 2
      const auto split = choice.split();
      QVERIFY(std::get<RatioSplit>(split) == (RatioSplit{{Percent{10}}, rule}));
      choice.setPercent(0);
      QCOMPARE(choice.smallCount(), 0);
    }
  }

  void everyCountIsReachedByARatioInShortRuns() {
    SplitChoice choice = choiceOf(SamplerKind::Ddim, 28);
    for (int count = 0; count <= 28; ++count) {
      choice.setSmallCount(count);
      QCOMPARE(choice.smallCount(), count);
      QVERIFY(std::holds_alternative<RatioSplit>(choice.split()));
    }
  }

  void aCountThatNoPercentReachesBecomesSegments() {
    SplitChoice choice = choiceOf(SamplerKind::Ddim, 250);
    choice.setSmallCount(3);
    const auto split = choice.split();
    const auto* segments = std::get_if<SegmentSplit>(&split);
    QVERIFY(segments != nullptr);
    QCOMPARE(segments->segments, (std::vector<Segment>{{"small", 3, {}}, {"large", 247, {}}}));
    QCOMPARE(choice.percent(), 1);
  }

  void changingTheStepsKeepsTheRatio() {
    SplitChoice choice = choiceOf(SamplerKind::Ddim, 25);
    choice.setPercent(40);
    choice.setShape(choiceOf(SamplerKind::Ddim, 50).shape());
    QCOMPARE(choice.percent(), 40);
    QCOMPARE(choice.smallCount(), 20);
  }

  void pndmHasOneEvaluationMore() {
    SplitChoice choice = choiceOf(SamplerKind::Pndm, 25);
    QCOMPARE(choice.shape().evaluations, 26);
    choice.setPercent(100);
    QCOMPARE(choice.smallCount(), 26);
  }

  void heunsSeamStandsAtAStepsStart() {
    SplitChoice choice = choiceOf(SamplerKind::Heun, 10);
    QCOMPARE(choice.shape().evaluations, 19);
    choice.setSmallCount(7);
    QCOMPARE(choice.smallCount(), 6);
    choice.setSmallCount(19);
    QCOMPARE(choice.smallCount(), 19);
  }

  void anImpossibleRunSaysWhy() {
    SchedulerConfig scheduler;
    scheduler.class_name = "DDIMScheduler";
    const auto shape = runShape(SamplerKind::Ddim, Spacing::Karras, 25, scheduler);
    QVERIFY(!shape.problem.isEmpty());
    QCOMPARE(shape.evaluations, 25);
  }
};

TSTITCH_UI_TEST(SplitChoiceTest)

#include "split_choice_test.moc"
