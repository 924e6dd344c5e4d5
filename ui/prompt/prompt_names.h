#pragma once

#include <QString>
#include <QStringList>
#include <optional>

namespace tstitch {
struct Catalog;
}

namespace tstitch::ui {

/// Files that a prompt may name.
struct PromptNames {
  bool areKnown = false;  ///< the engine was asked
  QStringList loras;
  QStringList embeddings;
  QStringList elsewhere = {};  ///< textual inversions that only `embedding:NAME` names
  friend bool operator==(const PromptNames&, const PromptNames&) = default;
};

PromptNames promptNamesOf(const Catalog& catalog);

/// A name that is being written: `<lora:fo`, `embedding:to`.
struct NameBeginning {
  enum class Kind { Lora, Embedding };
  Kind kind = Kind::Lora;
  qsizetype begin = 0;  ///< of the name
  QString text;         ///< up to the cursor
  friend bool operator==(const NameBeginning&, const NameBeginning&) = default;
};

/// What stands before the cursor; nothing where no name is being written.
std::optional<NameBeginning> nameBeforeCursor(const QString& prompt, qsizetype cursor);

/// The names that have this text in them, those that begin with it first.
QStringList namesFor(const NameBeginning& beginning, const PromptNames& names);

}  // namespace tstitch::ui
