#pragma once

#include <QObject>
#include <QPointer>
#include <functional>
#include <vector>

#include "core/request/generation_request.h"

class QWidget;

namespace tstitch::ui {

class CreatePanel;
class NoticeBar;
class PlayDesk;
class TasteDialog;

/// Prepares a blind taste: which pairs, made in idle time without a file, and what is done with its result.
class TasteDesk : public QObject {
  Q_OBJECT

 public:
  static constexpr int kPairs = 12;

  /// `folder`: where a picture of the result is written.
  TasteDesk(PlayDesk& play, CreatePanel& panel, NoticeBar& notice, std::function<QString()> folder, QWidget* window);

  /// Shows the dialog; of the ratio that the controls say, of 40 % where that is 0 %.
  void open();

 Q_SIGNALS:
  /// That many percent were not to be told from 0 %, or were liked better.
  void balanced(int percent);

 private:
  struct Pair {
    GenerationRequest reference;
    GenerationRequest other;
  };
  void collect();
  void end();
  void share();
  [[nodiscard]] std::vector<Pair> drawPairs(int smallCount, quint32 seed) const;

  PlayDesk& play_;
  CreatePanel& panel_;
  NoticeBar& notice_;
  std::function<QString()> folder_;
  QWidget* window_;
  QPointer<TasteDialog> dialog_;
  std::vector<Pair> pairs_;
  int percent_ = 0;
  double referenceSeconds_ = 0;
  double otherSeconds_ = 0;
};

}  // namespace tstitch::ui
