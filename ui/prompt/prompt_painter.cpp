#include "ui/prompt/prompt_painter.h"

#include <QRegularExpression>
#include <QTextBlock>
#include <QTextDocument>
#include <algorithm>

#include "core/prompt/prompt_marks.h"
#include "core/prompt/prompt_tags.h"
#include "ui/prompt/prompt_places.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

QTextCharFormat underlined(QTextCharFormat::UnderlineStyle style, const QColor& colour) {
  QTextCharFormat format;
  format.setUnderlineStyle(style);
  format.setUnderlineColor(colour);
  return format;
}

QTextCharFormat nameFormat(bool isThere) {
  QTextCharFormat format = isThere ? QTextCharFormat() : underlined(QTextCharFormat::WaveUnderline, colours().error);
  format.setBackground(colours().hover);
  format.setForeground(colours().focus);
  return format;
}

QTextCharFormat formatOf(PromptMarkKind kind) {
  QTextCharFormat format;
  switch (kind) {
    case PromptMarkKind::Comment:
      format.setForeground(colours().muted);
      format.setFontItalic(true);
      return format;
    case PromptMarkKind::Unbalanced:
      return underlined(QTextCharFormat::WaveUnderline, colours().error);
    case PromptMarkKind::Foreign:
      return underlined(QTextCharFormat::DotLine, colours().muted);
    case PromptMarkKind::Bracket:
    case PromptMarkKind::Break:
      format.setForeground(colours().focus);
      return format;
    case PromptMarkKind::Tag:
      break;
  }
  return nameFormat(true);
}

/// Of a LoRA's tag, whether its file is there; of others nothing is known.
bool isThere(const std::string& tag, const PromptNames& names) {
  const auto placed = placed_tags(tag);
  if (!names.areKnown || placed.empty() || placed[0].tag.kind != "lora") return true;
  // Folders may stand before a name.
  const QString name = QString::fromStdString(placed[0].tag.arguments[0]).section(u'/', -1);
  return names.loras.contains(name);
}

class Looker {
 public:
  Looker(const QString& text, const PromptNames& names) : names_(names), places_(text) {}

  PromptLook look() {
    for (const PromptMark& mark : prompt_marks(places_.bytes())) add(mark);
    addEmbeddings();
    return look_;
  }

 private:
  void add(const PromptMark& mark) {
    const PromptSpan span = spanOf(mark.begin, mark.end);
    const bool isTag = mark.kind == PromptMarkKind::Tag;
    const std::string tag = places_.bytes().substr(mark.begin, mark.end - mark.begin);
    add(span, isTag ? nameFormat(isThere(tag, names_)) : formatOf(mark.kind));
    if (isTag || mark.kind == PromptMarkKind::Comment || mark.kind == PromptMarkKind::Break) look_.noWords << span;
  }

  void add(const PromptSpan& span, const QTextCharFormat& format) {
    look_.formats << QTextLayout::FormatRange{static_cast<int>(span.start), static_cast<int>(span.length), format};
  }

  /// `embedding:NAME`, and names that stand there as words.
  void addEmbeddings() {
    static const QRegularExpression kNamed(QStringLiteral("(?<![\\w])embedding:([\\w./-]*[\\w])"),
                                           QRegularExpression::UseUnicodePropertiesOption);
    const std::string words = words_in_place(places_.bytes());
    const QString inPlace = QString::fromStdString(words);
    for (auto matches = kNamed.globalMatch(inPlace); matches.hasNext();) {
      const auto match = matches.next();
      const auto from = static_cast<std::size_t>(inPlace.left(match.capturedStart()).toUtf8().size());
      addName(spanOf(from, from + static_cast<std::size_t>(match.captured().toUtf8().size())),
              !names_.areKnown || isEmbedding(match.captured(1).section(u'/', -1)));
    }
    for (const QString& name : names_.embeddings) {
      const std::string word = name.toStdString();
      for (std::size_t at = find_word(words, word); at != std::string::npos; at = find_word(words, word, at + 1)) {
        addName(spanOf(at, at + word.size()), true);
      }
    }
  }

  [[nodiscard]] bool isEmbedding(const QString& name) const {
    return names_.embeddings.contains(name) || names_.elsewhere.contains(name);
  }

  void addName(const PromptSpan& span, bool isThere) {
    const bool isKnown = std::any_of(look_.noWords.begin(), look_.noWords.end(), [&](const PromptSpan& other) {
      return other.start <= span.start && span.start + span.length <= other.start + other.length;
    });
    if (isKnown) return;
    add(span, nameFormat(isThere));
    look_.noWords << span;
  }

  [[nodiscard]] PromptSpan spanOf(std::size_t begin, std::size_t end) const {
    const qsizetype start = places_.placeAt(begin);
    return {start, places_.placeAt(end) - start};
  }

  const PromptNames& names_;
  PromptPlaces places_;
  PromptLook look_;
};

/// The part of a range that lies in a block, by the block's own letters.
QList<QTextLayout::FormatRange> rangesIn(const QTextBlock& block, const QList<QTextLayout::FormatRange>& formats) {
  QList<QTextLayout::FormatRange> ranges;
  for (const QTextLayout::FormatRange& format : formats) {
    const int begin = std::max(format.start - block.position(), 0);
    const int end = std::min(format.start + format.length - block.position(), block.length() - 1);
    if (begin < end) ranges << QTextLayout::FormatRange{begin, end - begin, format.format};
  }
  return ranges;
}

}  // namespace

PromptLook promptLook(const QString& text, PromptSyntax syntax, const PromptNames& names) {
  return syntax == PromptSyntax::Plain ? PromptLook() : Looker(text, names).look();
}

void showLook(QTextDocument& document, const PromptLook& look) {
  for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
    const auto ranges = rangesIn(block, look.formats);
    if (ranges == block.layout()->formats()) continue;
    block.layout()->setFormats(ranges);
    document.markContentsDirty(block.position(), block.length());
  }
}

}  // namespace tstitch::ui
