#pragma once

#include <QWidget>
#include <optional>
#include <string>
#include <vector>

#include "core/request/generation_request.h"

class QComboBox;
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

 Q_SIGNALS:
  void changed();
  /// An example took the place of that prompt.
  void exampleTaken(const QString& before);

 private:
  QPlainTextEdit* prompt_;
  QPlainTextEdit* negativePrompt_;
  QComboBox* syntax_;
  ChipRow* chips_;
};

}  // namespace tstitch::ui
