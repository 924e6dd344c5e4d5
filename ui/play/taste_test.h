#pragma once

#include <QString>
#include <vector>

namespace tstitch::ui {

/// Between which shares the true one lies, with 95 % confidence (Clopper and Pearson 1934, exact).
struct ShareInterval {
  double low = 0;
  double high = 1;
};
ShareInterval shareInterval(int hits, int of);

/// Two kinds of pictures in hidden pairs: which lies left is drawn, who is liked better is asked. A value without
/// widgets.
class TasteTest {
 public:
  enum class Side { Left, Right };

  /// As many pairs; half of them with the reference on the left, in an order that follows from `seed`.
  TasteTest(int pairs, quint32 seed);

  [[nodiscard]] int pairs() const { return static_cast<int>(referenceLeft_.size()); }
  [[nodiscard]] int answered() const { return static_cast<int>(choseReference_.size()); }
  [[nodiscard]] bool isOver() const { return answered() == pairs(); }
  [[nodiscard]] bool isReferenceLeft(int pair) const { return referenceLeft_[static_cast<std::size_t>(pair)]; }
  [[nodiscard]] bool choseReference(int pair) const { return choseReference_[static_cast<std::size_t>(pair)]; }
  /// Of the pair that is next.
  void choose(Side side);
  /// The answer before counts no more.
  void takeBack();

  [[nodiscard]] int forReference() const;
  [[nodiscard]] ShareInterval interval() const { return shareInterval(forReference(), answered()); }
  /// Chance alone would explain the answers.
  [[nodiscard]] bool couldNotTell() const;

 private:
  std::vector<bool> referenceLeft_;
  std::vector<bool> choseReference_;
};

/// What it came to, for people: the finding, and how sure it is.
struct TasteWords {
  QString finding;
  QString certainty;
};
TasteWords tasteWords(const TasteTest& test, int percent, int savedPercent);

}  // namespace tstitch::ui
