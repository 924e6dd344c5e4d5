#pragma once

#include <QWidget>
#include <array>
#include <utility>

#include "ui/run/run_progress.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace tstitch::ui {

/// The line under both pages: the status (an accessible label whose name begins `Status: `), both rates, the time left
/// and Stop.
class RunStrip : public QWidget {
  Q_OBJECT

 public:
  explicit RunStrip(QWidget* parent = nullptr);

  /// The contract's word or words: `idle`, `saved PATH`, ... The path is never shortened in the accessible name.
  void setStatus(const QString& status);
  /// Shown in the place of the status as long as that stands: what was done, and the file that it made. A press shows
  /// the file in its folder. The accessible name stays the status; what is shown is its description.
  void setCaption(const QString& caption, const QString& file);
  [[nodiscard]] QString status() const { return status_; }
  void showProgress(const RunProgress& progress);
  /// Bytes of weights read while nothing is sampled.
  void showLoad(const LoadProgress& load);
  void clearProgress();
  /// Enabled while something can be stopped; says so when it is stopping.
  void setStoppable(bool stoppable, bool stopping, int queued);
  /// Beside the time that is left.
  void addExtra(QWidget* widget);
  /// Stands here, or where a page has it beside what starts a run.
  [[nodiscard]] QPushButton* stopButton() const { return stop_; }
  void takeStop();
  /// Enabled while pictures are made of which one can be let go.
  void setSkippable(bool skippable);

 Q_SIGNALS:
  void stopRequested();
  void skipRequested();
  void folderWanted(const QString& file);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void elideStatus();
  void fit();
  void want(QWidget* rate, bool wanted);
  void showCaptionMenu(QPoint place);
  void setTimeLeft(const QString& text);
  static void showShare(QProgressBar* bar, int done, int of);

  QString status_;
  QString caption_;
  QString file_;  ///< of the caption
  QLabel* statusLabel_;
  QLabel* smallRate_;
  QLabel* largeRate_;
  QLabel* timeLeft_;
  QProgressBar* loadBar_;
  QProgressBar* runBar_;    ///< evaluations of this picture
  QProgressBar* batchBar_;  ///< pictures of the job
  QPushButton* skip_;
  QPushButton* stop_;
  std::array<std::pair<QWidget*, bool>, 2> rates_;  ///< and whether there is something to say
};

}  // namespace tstitch::ui
