#pragma once

#include <QObject>
#include <QString>
#include <stop_token>
#include <string>

#include "core/engine/outcome.h"

namespace tstitch::ui {

class CreatePanel;
class NoticeBar;
class Preferences;
class Session;

/// What the chosen pair is asked for beside pictures: how it cuts its texts, how long its parts take, and that the
/// memory of its models is freed.
class PairCare : public QObject {
  Q_OBJECT

 public:
  PairCare(Session& session, CreatePanel& panel, NoticeBar& notice, Preferences& preferences);

  /// The request as the controls stand: another pair's tokenizers are asked for.
  void follow(const GenerationRequest& request);
  [[nodiscard]] bool isMeasuring() const { return measuring_; }
  void stop();
  /// Times the chosen pair's parts; nothing while that goes on.
  void measure();

 Q_SIGNALS:
  void measuringChanged();
  /// Measured times or what is loaded may be other now: plans are out of date.
  void changed();

 private:
  void askTokenizers(const GenerationRequest& request);
  void freeMemory();

  Session& session_;
  CreatePanel& panel_;
  NoticeBar& notice_;
  Preferences& preferences_;
  std::string models_;  ///< whose tokenizers were asked for
  std::stop_source stop_;
  bool measuring_ = false;
};

}  // namespace tstitch::ui
