#include "ui/prompt/prompt_commands.h"

#include <QApplication>
#include <QCoreApplication>

#include "ui/help/commands.h"
#include "ui/prompt/prompt_field.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("tstitch::ui", text);
}

/// Does it to the prompt that has the focus.
template <class Act>
std::function<void()> withPrompt(Act act) {
  return [act] {
    if (auto* prompt = qobject_cast<PromptField*>(QApplication::focusWidget())) act(*prompt);
  };
}

}  // namespace

void addPromptCommands(Commands& commands, QWidget& within) {
  const auto add = [&](const char* id, const QString& title, const QKeyCombination& key, auto act) {
    commands.add({QStringLiteral("prompt/") + QLatin1String(id), title, {QKeySequence(key)}, withPrompt(act), &within});
  };
  add("heavier", tr("Prompt: more weight"), Qt::CTRL | Qt::Key_Up, [](PromptField& prompt) { prompt.weigh(1); });
  add("lighter", tr("Prompt: less weight"), Qt::CTRL | Qt::Key_Down, [](PromptField& prompt) { prompt.weigh(-1); });
  add("left", tr("Prompt: move the part between commas to the left"), Qt::ALT | Qt::Key_Left,
      [](PromptField& prompt) { prompt.movePiece(-1); });
  add("right", tr("Prompt: move the part between commas to the right"), Qt::ALT | Qt::Key_Right,
      [](PromptField& prompt) { prompt.movePiece(1); });
  add("earlier", tr("Prompt: the one used before"), Qt::ALT | Qt::Key_Up,
      [](PromptField& prompt) { prompt.recall(-1); });
  add("later", tr("Prompt: the one used after it"), Qt::ALT | Qt::Key_Down,
      [](PromptField& prompt) { prompt.recall(1); });
  add("complete", tr("Prompt: offer names of LoRAs and embeddings"), Qt::CTRL | Qt::Key_Space,
      [](PromptField& prompt) { prompt.complete(); });
}

}  // namespace tstitch::ui
