#include "ui/prompt/prompt_history.h"

namespace tstitch::ui {

void PromptHistory::setPrompts(const QStringList& prompts) {
  prompts_ = prompts.mid(std::max<qsizetype>(0, prompts.size() - kMost));
  prompts_.removeAll(QString());
  at_ = prompts_.size();
}

void PromptHistory::add(const QString& prompt) {
  prompts_.removeAll(prompt);
  setPrompts(prompts_ << prompt);
}

std::optional<QString> PromptHistory::earlier(const QString& shown) {
  noteChanges(shown);
  while (at_ > 0) {
    if (prompts_[--at_] != shown) return prompts_[at_];
  }
  return std::nullopt;
}

std::optional<QString> PromptHistory::later(const QString& shown) {
  noteChanges(shown);
  while (at_ < prompts_.size()) {
    const QString& next = ++at_ < prompts_.size() ? prompts_[at_] : draft_;
    if (next != shown) return next;
  }
  return std::nullopt;
}

void PromptHistory::noteChanges(const QString& shown) {
  if (at_ < prompts_.size() && prompts_[at_] == shown) return;
  draft_ = shown;
  at_ = prompts_.size();
}

}  // namespace tstitch::ui
