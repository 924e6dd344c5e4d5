#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>

#include "core/request/generation_request.h"

namespace tstitch {
struct RunPlan;
}

namespace tstitch::ui {

class CreatePanel;
class NoticeBar;
class Preferences;
class Session;

/// Has what Create asks for planned shortly after each change, and shows what the plan says. What was said of a LoRA or
/// a control goes with it.
class PlanWatch : public QObject {
  Q_OBJECT

 public:
  /// The panel owns it.
  PlanWatch(Session& session, CreatePanel& panel, NoticeBar& notice, Preferences& preferences);

  void follow(const GenerationRequest& request);
  /// At once, where the controls can run.
  void ask();

 Q_SIGNALS:
  void planned(const tstitch::RunPlan& plan);

 private:
  void dropStaleNotices(const GenerationRequest& request);
  void take(const GenerationRequest& request, const RunPlan& plan);

  Session& session_;
  CreatePanel& panel_;
  NoticeBar& notice_;
  Preferences& preferences_;
  QTimer soon_;
  QStringList additions_;  ///< the places of the LoRAs and controls that were last seen
};

}  // namespace tstitch::ui
