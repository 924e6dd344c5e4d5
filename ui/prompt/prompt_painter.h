#pragma once

#include <QList>
#include <QTextLayout>
#include <vector>

#include "core/request/generation_request.h"
#include "ui/prompt/prompt_names.h"

class QTextDocument;

namespace tstitch::ui {

/// A stretch of a prompt in letters.
struct PromptSpan {
  qsizetype start = 0;
  qsizetype length = 0;
  friend bool operator==(const PromptSpan&, const PromptSpan&) = default;
};

/// How a prompt looks: brackets that weigh, tags, names of embeddings and comments are told apart from words, and what
/// is wrong is underlined (a bracket without its other half, a LoRA that is not there).
struct PromptLook {
  QList<QTextLayout::FormatRange> formats;  ///< by letters of the whole text
  QList<PromptSpan> noWords;                ///< what the model does not read as words
};

PromptLook promptLook(const QString& text, PromptSyntax syntax, const PromptNames& names);

/// Lays it over the document; its text and what can be undone stay as they are.
void showLook(QTextDocument& document, const PromptLook& look);

}  // namespace tstitch::ui
