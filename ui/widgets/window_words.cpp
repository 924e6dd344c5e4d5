#include "ui/widgets/window_words.h"

#include <QCoreApplication>
#include <QHash>
#include <QRegularExpression>
#include <array>
#include <utility>

#include "core/request/limits.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("WindowWords", text);
}

/// A field of the request, or an option, and what the window calls it.
struct Word {
  const char* field;
  const char* shown;
};

constexpr std::array kFields{
    Word{"prompt", QT_TRANSLATE_NOOP("WindowWords", "Prompt")},
    Word{"negative_prompt", QT_TRANSLATE_NOOP("WindowWords", "Negative prompt")},
    Word{"prompt_syntax", QT_TRANSLATE_NOOP("WindowWords", "Prompt syntax")},
    Word{"class", QT_TRANSLATE_NOOP("WindowWords", "Class")},
    Word{"denoisers", QT_TRANSLATE_NOOP("WindowWords", "Models")},
    Word{"vae", QT_TRANSLATE_NOOP("WindowWords", "Autoencoder")},
    Word{"split", QT_TRANSLATE_NOOP("WindowWords", "Trajectory")},
    Word{"shares", QT_TRANSLATE_NOOP("WindowWords", "Ratio")},
    Word{"segments", QT_TRANSLATE_NOOP("WindowWords", "Segment")},
    Word{"size", QT_TRANSLATE_NOOP("WindowWords", "Width and height")},
    Word{"steps", QT_TRANSLATE_NOOP("WindowWords", "Steps")},
    Word{"sampler", QT_TRANSLATE_NOOP("WindowWords", "Sampler")},
    Word{"spacing", QT_TRANSLATE_NOOP("WindowWords", "Schedule")},
    Word{"eta", QT_TRANSLATE_NOOP("WindowWords", "Share of new noise")},
    Word{"guidance_scale", QT_TRANSLATE_NOOP("WindowWords", "Guidance")},
    Word{"guidance_embedding", QT_TRANSLATE_NOOP("WindowWords", "Guidance as an input")},
    Word{"clip_skip", QT_TRANSLATE_NOOP("WindowWords", "Clip skip")},
    Word{"seed", QT_TRANSLATE_NOOP("WindowWords", "Seed")},
    Word{"micro_conditioning", QT_TRANSLATE_NOOP("WindowWords", "Sizes told to the model")},
    Word{"original", QT_TRANSLATE_NOOP("WindowWords", "original size")},
    Word{"target", QT_TRANSLATE_NOOP("WindowWords", "target size")},
    Word{"crop", QT_TRANSLATE_NOOP("WindowWords", "crop")},
    Word{"aesthetic_score", QT_TRANSLATE_NOOP("WindowWords", "aesthetic score")},
    Word{"source", QT_TRANSLATE_NOOP("WindowWords", "Source picture")},
    Word{"mask", QT_TRANSLATE_NOOP("WindowWords", "mask")},
    Word{"mask_feather", QT_TRANSLATE_NOOP("WindowWords", "feather")},
    Word{"second_pass", QT_TRANSLATE_NOOP("WindowWords", "Second pass")},
    Word{"share", QT_TRANSLATE_NOOP("WindowWords", "ratio")},
    Word{"upscale", QT_TRANSLATE_NOOP("WindowWords", "upscale")},
    Word{"controls", QT_TRANSLATE_NOOP("WindowWords", "Control")},
    Word{"loras", QT_TRANSLATE_NOOP("WindowWords", "LoRA")},
    Word{"embeddings", QT_TRANSLATE_NOOP("WindowWords", "Embedding")},
    Word{"picture", QT_TRANSLATE_NOOP("WindowWords", "picture")},
    Word{"model", QT_TRANSLATE_NOOP("WindowWords", "model")},
    Word{"annotator", QT_TRANSLATE_NOOP("WindowWords", "annotator")},
    Word{"thresholds", QT_TRANSLATE_NOOP("WindowWords", "thresholds")},
    Word{"scale", QT_TRANSLATE_NOOP("WindowWords", "weight")},
    Word{"strength", QT_TRANSLATE_NOOP("WindowWords", "strength")},
    Word{"start", QT_TRANSLATE_NOOP("WindowWords", "start")},
    Word{"end", QT_TRANSLATE_NOOP("WindowWords", "end")},
    Word{"fit", QT_TRANSLATE_NOOP("WindowWords", "fit")},
    Word{"denoiser", QT_TRANSLATE_NOOP("WindowWords", "on")},
    Word{"guidance", QT_TRANSLATE_NOOP("WindowWords", "guidance")},
    Word{"word", QT_TRANSLATE_NOOP("WindowWords", "word")},
    Word{"name", QT_TRANSLATE_NOOP("WindowWords", "name")},
    Word{"family", QT_TRANSLATE_NOOP("WindowWords", "family")},
    Word{"files", QT_TRANSLATE_NOOP("WindowWords", "files")},
    Word{"sha256", QT_TRANSLATE_NOOP("WindowWords", "SHA-256")},
};

constexpr std::array kOptions{
    Word{"prompt", QT_TRANSLATE_NOOP("WindowWords", "Prompt")},
    Word{"negative", QT_TRANSLATE_NOOP("WindowWords", "Negative prompt")},
    Word{"prompt-syntax", QT_TRANSLATE_NOOP("WindowWords", "Prompt syntax")},
    Word{"class", QT_TRANSLATE_NOOP("WindowWords", "Class")},
    Word{"pair", QT_TRANSLATE_NOOP("WindowWords", "Pair")},
    Word{"large", QT_TRANSLATE_NOOP("WindowWords", "Large model")},
    Word{"small", QT_TRANSLATE_NOOP("WindowWords", "Small model")},
    Word{"vae", QT_TRANSLATE_NOOP("WindowWords", "Autoencoder")},
    Word{"ratio", QT_TRANSLATE_NOOP("WindowWords", "Ratio")},
    Word{"segments", QT_TRANSLATE_NOOP("WindowWords", "Trajectory")},
    Word{"steps", QT_TRANSLATE_NOOP("WindowWords", "Steps")},
    Word{"sampler", QT_TRANSLATE_NOOP("WindowWords", "Sampler")},
    Word{"spacing", QT_TRANSLATE_NOOP("WindowWords", "Schedule")},
    Word{"eta", QT_TRANSLATE_NOOP("WindowWords", "Share of new noise")},
    Word{"guidance", QT_TRANSLATE_NOOP("WindowWords", "Guidance")},
    Word{"clip-skip", QT_TRANSLATE_NOOP("WindowWords", "Clip skip")},
    Word{"seed", QT_TRANSLATE_NOOP("WindowWords", "Seed")},
    Word{"size", QT_TRANSLATE_NOOP("WindowWords", "Width and height")},
    Word{"width", QT_TRANSLATE_NOOP("WindowWords", "Width")},
    Word{"height", QT_TRANSLATE_NOOP("WindowWords", "Height")},
    Word{"count", QT_TRANSLATE_NOOP("WindowWords", "Pictures")},
    Word{"image", QT_TRANSLATE_NOOP("WindowWords", "Source picture")},
    Word{"strength", QT_TRANSLATE_NOOP("WindowWords", "Strength")},
    Word{"mask", QT_TRANSLATE_NOOP("WindowWords", "Mask picture")},
    Word{"mask-feather", QT_TRANSLATE_NOOP("WindowWords", "Mask feather")},
    Word{"second-pass", QT_TRANSLATE_NOOP("WindowWords", "Second pass")},
    Word{"control", QT_TRANSLATE_NOOP("WindowWords", "Control")},
    Word{"lora", QT_TRANSLATE_NOOP("WindowWords", "LoRA")},
    Word{"embedding", QT_TRANSLATE_NOOP("WindowWords", "Embedding")},
    Word{"preview", QT_TRANSLATE_NOOP("WindowWords", "Preview")},
    Word{"decoder", QT_TRANSLATE_NOOP("WindowWords", "Preview")},
    Word{"device", QT_TRANSLATE_NOOP("WindowWords", "Device")},
    Word{"precision", QT_TRANSLATE_NOOP("WindowWords", "Precision")},
    Word{"threads", QT_TRANSLATE_NOOP("WindowWords", "Threads")},
    Word{"output", QT_TRANSLATE_NOOP("WindowWords", "Output folder")},
};

/// Advice that a command line takes otherwise than the window. The longer beginnings come first.
constexpr std::array<std::pair<const char*, const char*>, 11> kAdvice{{
    {"Give the one that it was trained with by --vae",
     QT_TRANSLATE_NOOP("WindowWords", "Give the one that it was trained with under \"Choose models...\"")},
    {"Give its folder with --vae", QT_TRANSLATE_NOOP("WindowWords", "Give its folder under \"Choose models...\"")},
    {"Give it with --vae", QT_TRANSLATE_NOOP("WindowWords", "Give it under \"Choose models...\"")},
    {"Give it with --large and --small", QT_TRANSLATE_NOOP("WindowWords", "Give it under \"Choose models...\"")},
    {"Give a diffusers folder with --large",
     QT_TRANSLATE_NOOP("WindowWords", "Give a diffusers folder as the large model")},
    {"Give it with --control", QT_TRANSLATE_NOOP("WindowWords", "Give it as a control")},
    {"Give it with --lora", QT_TRANSLATE_NOOP("WindowWords", "Give it as a LoRA")},
    {"Use --device cpu", QT_TRANSLATE_NOOP("WindowWords", "Choose the device CPU in Preferences")},
    {"such as --class ", QT_TRANSLATE_NOOP("WindowWords", "such as ")},
    {" --precision fp32", QT_TRANSLATE_NOOP("WindowWords", " the precision fp32 in Preferences")},
    {" --precision bf16", QT_TRANSLATE_NOOP("WindowWords", " the precision bf16 in Preferences")},
}};

template <std::size_t N>
QHash<QString, const char*> hashOf(const std::array<Word, N>& words) {
  QHash<QString, const char*> hash;
  for (const Word& word : words) hash.insert(QString::fromLatin1(word.field), word.shown);
  return hash;
}

/// Replaces every match by what `wordOf` makes of it; a null string leaves it as it is.
template <class WordOf>
QString replaced(const QString& text, const QRegularExpression& pattern, WordOf wordOf) {
  QString made;
  qsizetype from = 0;
  for (auto matches = pattern.globalMatch(text); matches.hasNext();) {
    const QRegularExpressionMatch match = matches.next();
    const QString word = wordOf(match);
    if (word.isNull()) continue;
    made += text.mid(from, match.capturedStart() - from) + word;
    from = match.capturedEnd();
  }
  return made + text.mid(from);
}

/// `controls[1].start` as "Control 2, start"; null for what is no field of a request.
QString fieldWords(const QString& field) {
  static const QHash<QString, const char*> words = hashOf(kFields);
  static const QRegularExpression part(QStringLiteral("^(\\w+)(?:\\[(\\d{1,6})\\])?$"));
  QStringList shown;
  for (const QString& one : field.split(u'.')) {
    const QRegularExpressionMatch match = part.match(one);
    const auto word = words.constFind(match.captured(1));
    if (!match.hasMatch() || word == words.constEnd()) return {};
    const int number = match.captured(2).isEmpty() ? 1 : match.captured(2).toInt() + 1;
    shown << (number == 1 ? tr(*word) : QStringLiteral("%1 %2").arg(tr(*word)).arg(number));
  }
  // What a part is of is said by the part before it: "Trajectory" adds nothing to "Ratio".
  if (shown.size() > 1 && field.startsWith(QLatin1String("split."))) shown.removeFirst();
  return shown.join(QStringLiteral(", "));
}

QString withAdvice(QString text) {
  for (const auto& [option, window] : kAdvice) text.replace(QLatin1String(option), tr(window));
  return text;
}

QString withOptionWords(const QString& text) {
  static const QHash<QString, const char*> words = hashOf(kOptions);
  static const QRegularExpression option(QStringLiteral("(?<![\\w-])--([a-z][a-z-]*)"));
  return replaced(text, option, [](const QRegularExpressionMatch& match) {
    const auto word = words.constFind(match.captured(1));
    return word == words.constEnd() ? QString() : QStringLiteral("\"%1\"").arg(tr(*word));
  });
}

/// Only what is written as a path of fields can be told from plain words.
QString withFieldWords(const QString& text) {
  static const QRegularExpression field(
      QStringLiteral("(?<![\\w./-])(?:\\w+(?:\\[\\d+\\])?\\.)+\\w+(?:\\[\\d+\\])?(?![\\w/-])|"
                     "(?<![\\w./-])\\w+\\[\\d+\\](?![\\w/-])|\\b(?:guidance_scale|negative_prompt|prompt_syntax|"
                     "guidance_embedding|clip_skip|micro_conditioning)\\b"));
  return replaced(text, field, [](const QRegularExpressionMatch& match) { return fieldWords(match.captured()); });
}

}  // namespace

QString inWindowWords(const std::string& sentence) {
  QString text = withFieldWords(withOptionWords(withAdvice(QString::fromStdString(sentence))));
  // An option that stands in front of its sentence needs no quotation marks.
  static const QRegularExpression atFront(QStringLiteral("^\"([^\"]+)\"(?=[ :])"));
  return text.replace(atFront, QStringLiteral("\\1"));
}

QString sentenceOf(const Problem& problem) {
  const QString field = QString::fromStdString(problem.field);
  const QString shown = fieldWords(field);
  if (problem.field.starts_with("controls[") && problem.field.ends_with(".start")) {
    const QString control = fieldWords(field.section(u'.', 0, 0));
    return tr(QT_TRANSLATE_NOOP("WindowWords", "%1: Start must lie before End.")).arg(control);
  }
  if (problem.field == "size") {
    return tr(QT_TRANSLATE_NOOP("WindowWords", "Width and height must be multiples of %1 from %1 to %2."))
        .arg(kSideMultiple)
        .arg(kLongestSide);
  }
  const QString text = inWindowWords(problem.text);
  return QStringLiteral("%1: %2.").arg(shown.isEmpty() ? field : shown, text);
}

}  // namespace tstitch::ui
