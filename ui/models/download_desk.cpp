#include "ui/models/download_desk.h"

#include <utility>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "ui/settings/studio_state.h"

namespace tstitch::ui {
namespace {

constexpr int kTellDelayMs = 60;  ///< as often as anybody can read it

}  // namespace

DownloadDesk::DownloadDesk(FetchPair fetch, StudioState& state, Setting<QString>& unfinished, QObject* parent)
    : QObject(parent), fetch_(std::move(fetch)), state_(state), unfinished_(unfinished), thread_(1) {
  tellSoon_.setSingleShot(true);
  tellSoon_.setInterval(kTellDelayMs);
  connect(&tellSoon_, &QTimer::timeout, this, [this] {
    progress_ = newest_.take().value_or(progress_);
    Q_EMIT progressed();
  });
}

/// What goes on is left for the next start.
DownloadDesk::~DownloadDesk() {
  stop_.request_stop();
  thread_.end();
}

std::string DownloadDesk::takeUp() {
  const std::string name = unfinished_.get().toStdString();
  if (!name.empty()) start(name);
  return name_;
}

void DownloadDesk::start(const std::string& name) {
  if (isRunning() || !isPossible()) return;
  name_ = name;
  progress_ = {};
  stop_ = std::stop_source();
  unfinished_.set(QString::fromStdString(name));
  state_.sync();
  thread_.post([this, name, stop = stop_.get_token()] { run(name, stop); });
  Q_EMIT progressed();
}

void DownloadDesk::run(const std::string& name, const std::stop_token& stop) {
  const auto tell = [this](const DownloadProgress& progress) {
    if (newest_.post(progress)) inbox_.post([this] { tellSoon_.start(); });
  };
  QString problem;
  bool cancelled = false;
  try {
    fetch_(name, stop, tell);
  } catch (const Interrupted&) {
    cancelled = true;
  } catch (const Error& error) {
    problem = QString::fromStdString(error.sentence());
  } catch (const std::exception& error) {
    problem = QString::fromLocal8Bit(error.what());
  }
  inbox_.post([this, problem, cancelled] { end(problem, cancelled); });
}

void DownloadDesk::end(const QString& problem, bool cancelled) {
  const std::string name = std::exchange(name_, {});
  unfinished_.set({});
  state_.sync();
  Q_EMIT ended(name, problem, cancelled);
}

void DownloadDesk::cancel() {
  stop_.request_stop();
}

}  // namespace tstitch::ui
