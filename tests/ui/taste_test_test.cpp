#include "ui/play/taste_test.h"

#include "tests/ui/language.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using ui::TasteTest;

namespace {

/// All pairs answered, so many of them for the reference.
TasteTest answered(int pairs, int forReference) {
  TasteTest test(pairs, 5);
  for (int pair = 0; pair < pairs; ++pair) {
    const bool left = test.isReferenceLeft(pair) == (pair < forReference);
    test.choose(left ? TasteTest::Side::Left : TasteTest::Side::Right);
  }
  return test;
}

bool isNear(double a, double b) {
  return std::abs(a - b) < 5e-4;
}

}  // namespace

class TasteTestTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// Clopper and Pearson's interval; the expected ones are SciPy's binomtest(k, n).proportion_ci(method="exact").
  void theIntervalIsExact() {
    const auto check = [](int hits, int of, double low, double high) {
      const ui::ShareInterval interval = ui::shareInterval(hits, of);
      QVERIFY2(isNear(interval.low, low) && isNear(interval.high, high),
               qPrintable(QStringLiteral("%1..%2").arg(interval.low).arg(interval.high)));
    };
    check(0, 12, 0, 0.2646);
    check(6, 12, 0.2109, 0.7891);
    check(7, 12, 0.2767, 0.8483);
    check(10, 12, 0.5159, 0.9791);
    check(12, 12, 0.7354, 1);
    check(0, 0, 0, 1);
  }

  void halfOfThePairsAreTheOtherWayRound() {
    for (quint32 seed = 0; seed < 20; ++seed) {
      const TasteTest test(12, seed);
      int left = 0;
      for (int pair = 0; pair < 12; ++pair) left += test.isReferenceLeft(pair) ? 1 : 0;
      QCOMPARE(left, 6);
    }
    const auto orderOf = [](quint32 seed) {
      const TasteTest test(12, seed);
      QString order;
      for (int pair = 0; pair < 12; ++pair) order += test.isReferenceLeft(pair) ? u'L' : u'R';
      return order;
    };
    QVERIFY(orderOf(1) != orderOf(2));
  }

  void theWordsAreHonestAboutChance() {
    const test::Language english("C");
    QVERIFY(answered(12, 7).couldNotTell());
    QCOMPARE(ui::tasteWords(answered(12, 7), 44, 31).finding,
             QStringLiteral("You could not tell 0 % from 44 %: you save 31 %."));
    QCOMPARE(ui::tasteWords(answered(12, 7), 44, 31).certainty,
             QStringLiteral("You chose 0 % in 7 of 12 pairs; the true share lies between 28 % and 85 % (95 %), and "
                            "chance alone gives 50 %."));
    QVERIFY(!answered(12, 10).couldNotTell());
    QCOMPARE(ui::tasteWords(answered(12, 11), 80, 60).finding, QStringLiteral("You like 0 % better than 80 %."));
    QCOMPARE(ui::tasteWords(answered(12, 1), 20, 9).finding,
             QStringLiteral("You like 20 % better than 0 %, and save 9 %."));
  }

  void anAnswerCanBeTakenBack() {
    TasteTest test(2, 1);
    test.takeBack();
    test.choose(TasteTest::Side::Left);
    test.takeBack();
    QCOMPARE(test.answered(), 0);
    test.choose(TasteTest::Side::Left);
    test.choose(TasteTest::Side::Left);
    test.choose(TasteTest::Side::Left);
    QVERIFY(test.isOver());
    QCOMPARE(test.forReference(), 1);
  }
};

TSTITCH_UI_TEST(TasteTestTest)

#include "taste_test_test.moc"
