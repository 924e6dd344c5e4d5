#pragma once

#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>

#include "core/engine/engine.h"

namespace tstitch::ui {

/// A word of a prompt, by the place of its letters.
struct WordPlace {
  qsizetype start = 0;
  qsizetype length = 0;

  friend bool operator==(const WordPlace&, const WordPlace&) = default;
};

/// The words that a small trained pair was taught: the names of what it draws (`concepts.txt`, one a line) and what may
/// stand around them (`words.txt`, one a line), both beside its large model. Pairs without these files know every word.
class KnownWords {
 public:
  KnownWords() = default;
  KnownWords(QStringList concepts, const QStringList& otherWords);
  static KnownWords of(const PairEntry& pair);

  [[nodiscard]] bool isEmpty() const { return concepts_.isEmpty(); }
  [[nodiscard]] int conceptCount() const { return static_cast<int>(concepts_.size()); }

  /// Numbers, weights, BREAK and what stands in <> are no words of the prompt.
  [[nodiscard]] QList<WordPlace> unknownIn(const QString& prompt) const;
  /// Names that are near those words (one begins or ends with the other, or a slip of the fingers apart), then others.
  [[nodiscard]] QStringList suggestionsFor(const QStringList& words, int most) const;

 private:
  QStringList concepts_;
  QSet<QString> words_;
};

}  // namespace tstitch::ui
