#include "ui/generate/segment_list.h"

#include <numeric>

#include "tests/ui/qt_test.h"

using namespace tstitch;
using ui::RunShape;
using ui::SegmentList;

/// Segments as they are edited: their sum, their seams.
class SegmentListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatOneGainsOthersLose() {
    SegmentList list({{"small", 10}, {"large", 10}, {"small", 5}}, everySeam(25));
    list.setEvaluations(0, 15);
    QCOMPARE(counts(list), (QList<int>{15, 5, 5}));
    list.setEvaluations(0, 24);  // each of the others keeps one
    QCOMPARE(counts(list), (QList<int>{23, 1, 1}));
    list.setEvaluations(2, 10);
    QCOMPARE(counts(list), (QList<int>{14, 1, 10}));
    list.setEvaluations(1, 6);
    QCOMPARE(counts(list), (QList<int>{14, 6, 5}));
    list.setEvaluations(0, 4);
    QCOMPARE(counts(list), (QList<int>{4, 16, 5}));
  }

  void segmentsComeAndGo() {
    SegmentList list({{"small", 10}, {"large", 15}}, everySeam(25));
    list.split(1);
    QCOMPARE(counts(list), (QList<int>{10, 8, 7}));
    list.add(0, "large");
    QCOMPARE(counts(list), (QList<int>{5, 5, 8, 7}));
    QCOMPARE(list.segments()[1].denoiser, DenoiserName("large"));
    list.moveUp(1);
    QCOMPARE(list.segments()[0].denoiser, DenoiserName("large"));
    list.remove(0);
    list.remove(2);
    QCOMPARE(counts(list), (QList<int>{10, 15}));
    list.remove(0);
    list.remove(0);
    QCOMPARE(counts(list), (QList<int>{25}));
  }

  void aRunOfOneEvaluationCannotBeDivided() {
    SegmentList list({{"small", 1}}, everySeam(1));
    QVERIFY(!list.canGrow());
    list.split(0);
    list.add(0, "large");
    list.setEvaluations(0, 7);
    QCOMPARE(counts(list), (QList<int>{1}));
  }

  void otherStepsKeepTheShares() {
    SegmentList list({{"small", 10}, {"large", 10}, {"small", 5}}, everySeam(25));
    list.setShape(everySeam(50));
    QCOMPARE(counts(list), (QList<int>{20, 20, 10}));
    list.setShape(everySeam(2));
    QCOMPARE(counts(list), (QList<int>{1, 1}));
  }

  void seamsStandWhereTheyMay() {
    RunShape pairs;  // two evaluations a step
    pairs.evaluations = 9;
    pairs.seams = {0, 2, 4, 6, 8, 9};
    SegmentList list({{"small", 4}, {"large", 5}}, pairs);
    list.setEvaluations(0, 5);
    QCOMPARE(counts(list), (QList<int>{4, 5}));
    list.setEvaluations(0, 6);
    QCOMPARE(counts(list), (QList<int>{6, 3}));
    list.split(0);
    const QList<int> parts = counts(list);
    QCOMPARE(std::accumulate(parts.begin(), parts.end(), 0), 9);
    for (int i = 0; i < 5; ++i) list.split(0);
    QVERIFY(!list.canGrow());
    QCOMPARE(counts(list), (QList<int>{2, 2, 2, 2, 1}));
  }

 private:
  static RunShape everySeam(int evaluations) {
    return ui::runShape(SamplerKind::Ddim, Spacing::Default, evaluations, std::nullopt);
  }
  static QList<int> counts(const SegmentList& list) {
    QList<int> counts;
    for (const Segment& segment : list.segments()) counts << segment.evaluations;
    return counts;
  }
};

TSTITCH_UI_TEST(SegmentListTest)

#include "segment_list_test.moc"
