#include "ui/desktop/run_herald.h"

#include <QLabel>

#include "core/system/memory_use.h"
#include "ui/run/run_presenter.h"
#include "ui/run/run_progress.h"
#include "ui/session/session.h"
#include "ui/widgets/announcer.h"

namespace tstitch::ui {
namespace {

constexpr int kLookMs = 1000;

}  // namespace

RunHerald::RunHerald(QWidget& window, const Session& session, const RunPresenter& presenter, Announcer& announcer,
                     QLabel& memory)
    : QObject(&window), presence_(window), announcer_(announcer), memory_(memory) {
  memory_.setObjectName(QStringLiteral("muted"));
  memory_.hide();
  look_.setInterval(kLookMs);
  connect(&look_, &QTimer::timeout, this, &RunHerald::showMemory);
  connect(&session, &Session::stateChanged, this, [this, &session] { follow(session); });
  connect(&presenter, &RunPresenter::progressed, &presence_, &DesktopPresence::showProgress);
  connect(&presenter, &RunPresenter::ended, this, &RunHerald::tellEnd);
}

void RunHerald::follow(const Session& session) {
  const bool busy = session.isRunning();
  sleep_.setActive(busy, tr("A picture is being made"));
  if (busy == look_.isActive()) return;
  memory_.setVisible(busy);
  busy ? look_.start() : look_.stop();
  if (busy) showMemory();
}

void RunHerald::showMemory() {
  const QString held = bytesText(resident_bytes_with_children());
  memory_.setText(held);
  memory_.setAccessibleName(tr("Memory in use: %1").arg(held));
  memory_.setToolTip(tr("Memory that the program and its engines on this machine hold"));
}

void RunHerald::tellEnd(const QString& status, bool failed) {
  announcer_.say(status);
  presence_.tellEnd(failed ? tr("The picture failed") : tr("T-Stitch Studio"), status);
}

}  // namespace tstitch::ui
