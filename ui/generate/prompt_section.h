#pragma once

#include <QWidget>
#include <optional>
#include <string>
#include <vector>

#include "core/request/generation_request.h"
#include "ui/generate/known_words.h"
#include "ui/generate/token_counter.h"

class QComboBox;
class QLabel;

namespace tstitch::ui {

class ChipRow;
class PromptField;
struct PromptNames;

/// Prompt, negative prompt, how they are read, and the pair's example prompts as chips.
class PromptSection : public QWidget {
  Q_OBJECT

 public:
  explicit PromptSection(QWidget* parent = nullptr);

  [[nodiscard]] std::string prompt() const;
  /// An empty field means that none was given.
  [[nodiscard]] std::optional<std::string> negativePrompt() const;
  [[nodiscard]] PromptSyntax syntax() const;
  /// Both can be taken back with Ctrl+Z.
  void setTexts(const QString& prompt, const QString& negativePrompt);
  void setPrompt(const QString& prompt);
  void insertWord(const QString& word);
  void setSyntax(PromptSyntax syntax);
  void setExamples(const std::vector<std::string>& prompts);
  /// How the chosen pair cuts its texts, for the label `Tokens: 12 of 77` and the mark where a prompt is cut.
  void setTokenCounter(TokenCounter counter);
  /// What the pair of that title was taught: other words are marked, and names that it draws offered.
  void setKnownWords(const KnownWords& words, const QString& pairTitle);
  /// What both prompts may name.
  void setNames(const PromptNames& names);

  /// The prompts that were used, the newest last; those that stand there now are added by remember().
  [[nodiscard]] const QStringList& usedPrompts() const;
  [[nodiscard]] const QStringList& usedNegativePrompts() const;
  void setUsedPrompts(const QStringList& prompts, const QStringList& negativePrompts);
  void remember();

 Q_SIGNALS:
  void changed();
  /// A name is being written that newer names may complete.
  void namesWanted();
  /// An example took the place of that prompt.
  void exampleTaken(const QString& before);

 private:
  void orderFocus();
  void showPrompt();
  void showTokens();
  void markUnknownWords();

  PromptField* prompt_;
  PromptField* negativePrompt_;
  QComboBox* syntax_;
  QLabel* tokens_;
  QLabel* unknown_;
  ChipRow* chips_;
  TokenCounter counter_;
  std::optional<qsizetype> cutFrom_;
  KnownWords known_;
  QString pairTitle_;
};

}  // namespace tstitch::ui
