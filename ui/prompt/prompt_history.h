#pragma once

#include <QString>
#include <QStringList>
#include <optional>

namespace tstitch::ui {

/// The prompts that were used, the newest last, gone through as in a shell: what was being written waits at the end.
class PromptHistory {
 public:
  static constexpr int kMost = 200;

  [[nodiscard]] const QStringList& prompts() const { return prompts_; }
  void setPrompts(const QStringList& prompts);
  /// A prompt was used: it is the newest now.
  void add(const QString& prompt);

  /// What to show in the place of `shown`; nothing at the ends.
  std::optional<QString> earlier(const QString& shown);
  std::optional<QString> later(const QString& shown);

 private:
  /// What was changed by hand is what is being written.
  void noteChanges(const QString& shown);

  QStringList prompts_;
  QString draft_;
  qsizetype at_ = 0;  ///< the prompt that is shown; their number: the draft
};

}  // namespace tstitch::ui
