#pragma once

#include <QPlainTextEdit>
#include <QStringListModel>
#include <vector>

#include "core/prompt/prompt_editing.h"
#include "core/request/generation_request.h"
#include "ui/prompt/prompt_history.h"
#include "ui/prompt/prompt_painter.h"

class QCompleter;

namespace tstitch::ui {

class PromptPlaces;

/// A prompt as it is written: told apart by its look (prompt_painter.h), weighed and moved by keys, with names of LoRAs
/// and embeddings offered while they are written, and the prompts that were used before. Whatever a key changes can be
/// taken back with Ctrl+Z.
class PromptField : public QPlainTextEdit {
  Q_OBJECT

 public:
  PromptField(const QString& name, const QString& placeholder, int lines, QWidget* parent = nullptr);

  /// As if typed.
  void replaceText(const QString& text);
  /// At the cursor, apart from what stands around it.
  void insertWord(const QString& word);
  void setSyntax(PromptSyntax syntax);
  void setNames(const PromptNames& names);
  [[nodiscard]] const PromptLook& look() const { return look_; }
  /// Where the encoder begins a further window: a line stands there.
  void setWindows(const std::vector<qsizetype>& beginnings);
  [[nodiscard]] const std::vector<qsizetype>& windows() const { return windows_; }

  /// By steps of 0.1; nothing where the syntax knows no weights.
  void weigh(int steps);
  void movePiece(int direction);
  void recall(int direction);
  /// Names for what stands before the cursor, as far as one is being written there.
  void complete();

  PromptHistory& history() { return history_; }
  void remember() { history_.add(toPlainText()); }
  void repaintLook();

 Q_SIGNALS:
  /// A name is being written: setNames() may bring newer ones.
  void namesWanted();

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void showCompletions();
  void endCompletion();
  void insertName(const QString& name);
  [[nodiscard]] PromptStretch selection(const PromptPlaces& places) const;
  void apply(const PromptPlaces& places, const std::optional<PromptChange>& change);

  PromptSyntax syntax_ = PromptSyntax::Weighted;
  PromptNames names_;
  PromptLook look_;
  PromptHistory history_;
  std::vector<qsizetype> windows_;
  bool completing_ = false;  ///< names that come now are wanted
  QStringListModel offered_;
  QCompleter* completer_;
};

}  // namespace tstitch::ui
