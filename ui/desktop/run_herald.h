#pragma once

#include <QObject>
#include <QTimer>

#include "ui/desktop/desktop_presence.h"
#include "ui/desktop/sleep_guard.h"

class QLabel;

namespace tstitch::ui {

class Announcer;
class RunPresenter;
class Session;

/// Tells how a run goes beyond the window: to the desktop, which also must not fall asleep meanwhile, and to assistive
/// tools; and, while it goes on, how much memory the program and its engines hold.
class RunHerald : public QObject {
  Q_OBJECT

 public:
  RunHerald(QWidget& window, const Session& session, const RunPresenter& presenter, Announcer& announcer,
            QLabel& memory);

 private:
  void follow(const Session& session);
  void tellEnd(const QString& status, bool failed);
  void showMemory();

  DesktopPresence presence_;
  SleepGuard sleep_;
  Announcer& announcer_;
  QLabel& memory_;
  QTimer look_;
};

}  // namespace tstitch::ui
