#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <functional>
#include <stop_token>
#include <string>

#include "core/system/call_threads.h"
#include "ui/settings/setting.h"
#include "ui/widgets/call_inbox.h"
#include "ui/widgets/mailbox.h"

namespace tstitch::ui {

class StudioState;

/// How far a download has come.
struct DownloadProgress {
  QString file;      ///< that is being fetched
  qint64 bytes = 0;  ///< of all files that are here
  qint64 of = 0;     ///< of all; 0 where the hub does not tell
};

/// Brings the files of a known pair or model to this machine. Called on a thread of its own; throws Error, or
/// Interrupted when asked to stop, and what is here then stays for the next time.
using FetchPair = std::function<void(const std::string& name, const std::stop_token& stop,
                                     const std::function<void(const DownloadProgress&)>& tell)>;

/// How the libraries for CUDA come to this machine and go. `isHere` and `remove` are called on the window's thread;
/// `remove` throws Error.
struct CudaCare {
  FetchPair fetch;  ///< called with any name; empty: nothing can be fetched
  std::function<bool()> isHere;
  std::function<void()> remove;
  qint64 bytes = 0;  ///< of the download
};

/// One download at a time. What was begun and neither ended nor cancelled goes on at the next start, whatever ended the
/// program; its licence was accepted then.
class DownloadDesk : public QObject {
  Q_OBJECT

 public:
  /// `unfinished`: where in the state the name of what goes on is kept.
  DownloadDesk(FetchPair fetch, StudioState& state, Setting<QString>& unfinished, QObject* parent = nullptr);
  ~DownloadDesk() override;

  [[nodiscard]] bool isPossible() const { return static_cast<bool>(fetch_); }
  [[nodiscard]] bool isRunning() const { return !name_.empty(); }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const DownloadProgress& progress() const { return progress_; }

  /// Goes on with what the last sitting did not end; its name, or nothing.
  std::string takeUp();
  /// Nothing while another one goes on.
  void start(const std::string& name);
  void cancel();

 Q_SIGNALS:
  void progressed();
  /// An empty sentence: all is here. After a cancel it is neither.
  void ended(const std::string& name, const QString& problem, bool cancelled);

 private:
  void run(const std::string& name, const std::stop_token& stop);
  void end(const QString& problem, bool cancelled);

  FetchPair fetch_;
  StudioState& state_;
  Setting<QString>& unfinished_;
  std::string name_;
  DownloadProgress progress_;
  std::stop_source stop_;
  Mailbox<DownloadProgress> newest_;
  QTimer tellSoon_;
  CallInbox inbox_;
  CallThreads thread_;
};

}  // namespace tstitch::ui
