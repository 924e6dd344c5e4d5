#include "ui/prompt/prompt_names.h"

#include <QRegularExpression>
#include <algorithm>

#include "core/models/catalog.h"
#include "core/models/model_identity.h"

namespace tstitch::ui {

PromptNames promptNamesOf(const Catalog& catalog) {
  PromptNames names;
  names.areKnown = true;
  for (const KnownPart& part : catalog.parts) {
    const QString name = QString::fromStdString(part.name);
    if (part.purpose == phrase_of(ModelRole::Lora)) names.loras << name;
    if (part.purpose == phrase_of(ModelRole::Embedding)) names.embeddings << name;
  }
  for (QStringList* list : {&names.loras, &names.embeddings}) {
    list->sort(Qt::CaseInsensitive);
    list->removeDuplicates();
  }
  return names;
}

std::optional<NameBeginning> nameBeforeCursor(const QString& prompt, qsizetype cursor) {
  static const QRegularExpression kLora(QStringLiteral("<lora:([^<>:\\n]*)$"));
  static const QRegularExpression kEmbedding(QStringLiteral("(?<![\\w])embedding:([\\w./-]*)$"),
                                             QRegularExpression::UseUnicodePropertiesOption);
  const QString before = prompt.left(cursor);
  if (const auto lora = kLora.match(before); lora.hasMatch()) {
    return NameBeginning{NameBeginning::Kind::Lora, lora.capturedStart(1), lora.captured(1)};
  }
  if (const auto embedding = kEmbedding.match(before); embedding.hasMatch()) {
    return NameBeginning{NameBeginning::Kind::Embedding, embedding.capturedStart(1), embedding.captured(1)};
  }
  return std::nullopt;
}

QStringList namesFor(const NameBeginning& beginning, const PromptNames& names) {
  QStringList all = beginning.kind == NameBeginning::Kind::Lora ? names.loras : names.embeddings + names.elsewhere;
  all.removeDuplicates();
  QStringList found = all.filter(beginning.text, Qt::CaseInsensitive);
  std::stable_partition(found.begin(), found.end(),
                        [&](const QString& name) { return name.startsWith(beginning.text, Qt::CaseInsensitive); });
  return found;
}

}  // namespace tstitch::ui
