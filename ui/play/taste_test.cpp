#include "ui/play/taste_test.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <random>

namespace tstitch::ui {
namespace {

constexpr double kDoubt = 0.025;  // on either side

QString tr(const char* text) {
  return QCoreApplication::translate("TasteTest", text);
}

/// How likely it is that at least so many of them are hits.
double atLeast(int hits, int of, double share) {
  double sum = 0;
  for (int k = hits; k <= of; ++k) {
    const double ways = std::lgamma(of + 1.0) - std::lgamma(k + 1.0) - std::lgamma(of - k + 1.0);
    const double some = k == 0 ? 0 : k * std::log(share);
    const double rest = k == of ? 0 : (of - k) * std::log1p(-share);
    sum += std::exp(ways + some + rest);
  }
  return sum;
}

/// The share at which at least so many hits have that chance; it grows with the share.
double shareAt(int hits, int of, double chance) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (atLeast(hits, of, middle) < chance ? low : high) = middle;
  }
  return (low + high) / 2;
}

int percentOf(double share) {
  return static_cast<int>(std::lround(100 * share));
}

}  // namespace

ShareInterval shareInterval(int hits, int of) {
  if (of <= 0) return {};
  return {hits == 0 ? 0 : shareAt(hits, of, kDoubt), hits == of ? 1 : shareAt(hits + 1, of, 1 - kDoubt)};
}

TasteTest::TasteTest(int pairs, quint32 seed) {
  for (int pair = 0; pair < pairs; ++pair) referenceLeft_.push_back(pair % 2 == 0);
  std::mt19937 random(seed);
  std::shuffle(referenceLeft_.begin(), referenceLeft_.end(), random);
}

void TasteTest::choose(Side side) {
  if (isOver()) return;
  choseReference_.push_back((side == Side::Left) == isReferenceLeft(answered()));
}

void TasteTest::takeBack() {
  if (!choseReference_.empty()) choseReference_.pop_back();
}

int TasteTest::forReference() const {
  return static_cast<int>(std::count(choseReference_.begin(), choseReference_.end(), true));
}

bool TasteTest::couldNotTell() const {
  const ShareInterval share = interval();
  return share.low <= 0.5 && share.high >= 0.5;
}

TasteWords tasteWords(const TasteTest& test, int percent, int savedPercent) {
  const int reference = test.forReference();
  QString finding;
  if (test.couldNotTell()) {
    finding = tr("You could not tell 0 % from %1 %: you save %2 %.").arg(percent).arg(savedPercent);
  } else if (2 * reference > test.answered()) {
    finding = tr("You like 0 % better than %1 %.").arg(percent);
  } else {
    finding = tr("You like %1 % better than 0 %, and save %2 %.").arg(percent).arg(savedPercent);
  }
  const ShareInterval share = test.interval();
  return {finding, tr("You chose 0 % in %1 of %2 pairs; the true share lies between %3 % and %4 % (95 %), and chance "
                      "alone gives 50 %.")
                       .arg(reference)
                       .arg(test.answered())
                       .arg(percentOf(share.low))
                       .arg(percentOf(share.high))};
}

}  // namespace tstitch::ui
