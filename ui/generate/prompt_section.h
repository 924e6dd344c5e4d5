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
class QPlainTextEdit;

namespace tstitch::ui {

class ChipRow;

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
  void setSyntax(PromptSyntax syntax);
  void setExamples(const std::vector<std::string>& prompts);
  /// What the pair of that title was taught: other words are marked, and names that it draws offered.
  /// How the chosen pair cuts its texts, for the label `Tokens: 12 of 77` and the mark where a prompt is cut.
  void setTokenCounter(TokenCounter counter);
  void setKnownWords(const KnownWords& words, const QString& pairTitle);

 Q_SIGNALS:
  void changed();
  /// An example took the place of that prompt.
  void exampleTaken(const QString& before);

 private:
  void orderFocus();
  void showPrompt();
  void showTokens();
  void markUnknownWords();

  QPlainTextEdit* prompt_;
  QPlainTextEdit* negativePrompt_;
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
