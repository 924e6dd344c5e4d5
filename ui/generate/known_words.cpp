#include "ui/generate/known_words.h"

#include <QFile>
#include <QRegularExpression>
#include <algorithm>
#include <utility>
#include <vector>

namespace tstitch::ui {
namespace {

constexpr qint64 kMostBytes = 1 << 16;
constexpr qsizetype kLeastPart = 3;  // letters that two words must share to be near
/// Slips of the fingers that a word of that length may hold.
int slipsIn(const QString& word) {
  constexpr qsizetype kShort = 4;
  constexpr qsizetype kLong = 7;
  return word.size() < kShort ? 0 : word.size() < kLong ? 1 : 2;
}

const QRegularExpression& wordPattern() {
  static const QRegularExpression word(QStringLiteral("[\\p{L}\\p{N}\\p{M}]+"),
                                       QRegularExpression::UseUnicodePropertiesOption);
  return word;
}

QStringList wordsOf(const QString& text) {
  QStringList words;
  for (auto matches = wordPattern().globalMatch(text.toLower()); matches.hasNext();) words << matches.next().captured();
  return words;
}

/// The lines of a small text file; none where there is no such file.
QStringList linesOf(const std::filesystem::path& path) {
  QFile file(QString::fromStdString(path.string()));
  if (!file.open(QIODevice::ReadOnly) || file.size() > kMostBytes) return {};
  QStringList lines;
  for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n')) {
    if (!line.trimmed().isEmpty()) lines << line.trimmed();
  }
  return lines;
}

/// Letters that have to be put in, left out or exchanged.
int slipsBetween(const QString& a, const QString& b) {
  std::vector<int> row(static_cast<std::size_t>(b.size()) + 1);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<int>(i);
  for (qsizetype i = 0; i < a.size(); ++i) {
    int diagonal = std::exchange(row[0], static_cast<int>(i) + 1);
    for (qsizetype k = 0; k < b.size(); ++k) {
      const auto at = static_cast<std::size_t>(k) + 1;
      const int exchanged = diagonal + (a[i] == b[k] ? 0 : 1);
      diagonal = std::exchange(row[at], std::min({row[at] + 1, row[at - 1] + 1, exchanged}));
    }
  }
  return row.back();
}

bool isNear(const QString& word, const QString& known) {
  if (std::min(word.size(), known.size()) < kLeastPart) return false;
  const auto [shorter, longer] =
      std::minmax(word, known, [](const auto& a, const auto& b) { return a.size() < b.size(); });
  if (longer.startsWith(shorter) || longer.endsWith(shorter)) return true;
  const int slips = slipsIn(word);
  return std::abs(word.size() - known.size()) <= slips && slipsBetween(word, known) <= slips;
}

}  // namespace

KnownWords::KnownWords(QStringList concepts, const QStringList& otherWords) : concepts_(std::move(concepts)) {
  for (const QStringList& list : {concepts_, otherWords}) {
    for (const QString& text : list) {
      for (const QString& word : wordsOf(text)) words_.insert(word);
    }
  }
}

KnownWords KnownWords::of(const PairEntry& pair) {
  const std::filesystem::path folder = pair.large.parent_path();
  const QStringList others = linesOf(folder / "words.txt");
  return others.isEmpty() ? KnownWords() : KnownWords(linesOf(folder / "concepts.txt"), others);
}

QList<WordPlace> KnownWords::unknownIn(const QString& prompt) const {
  QList<WordPlace> unknown;
  if (isEmpty()) return unknown;
  static const QRegularExpression tag(QStringLiteral("<[^<>]*>"));
  QString words = prompt;
  for (auto tags = tag.globalMatch(prompt); tags.hasNext();) {
    const auto match = tags.next();
    words.replace(match.capturedStart(), match.capturedLength(), QString(match.capturedLength(), u' '));
  }
  for (auto matches = wordPattern().globalMatch(words); matches.hasNext();) {
    const auto match = matches.next();
    const QString word = match.captured();
    bool isNumber = false;
    word.toULongLong(&isNumber);
    if (isNumber || word == QLatin1String("BREAK") || words_.contains(word.toLower())) continue;
    unknown.append({match.capturedStart(), match.capturedLength()});
  }
  return unknown;
}

QStringList KnownWords::suggestionsFor(const QStringList& words, int most) const {
  QStringList suggestions;
  for (const QString& word : words) {
    for (const QString& name : concepts_) {
      const QStringList parts = wordsOf(name);
      const bool near =
          std::any_of(parts.begin(), parts.end(), [&](const QString& part) { return isNear(word.toLower(), part); });
      if (near && suggestions.size() < most && !suggestions.contains(name)) suggestions << name;
    }
  }
  // Others from all over the list.
  for (int i = 0; suggestions.size() < std::min<qsizetype>(most, concepts_.size()); ++i) {
    const QString& name = concepts_[(7 + static_cast<qsizetype>(i) * 37) % concepts_.size()];
    if (!suggestions.contains(name)) suggestions << name;
    if (i > 2 * concepts_.size()) break;  // the steps did not lead to every name
  }
  return suggestions;
}

}  // namespace tstitch::ui
