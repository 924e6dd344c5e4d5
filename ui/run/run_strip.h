#pragma once

#include <QWidget>

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

 Q_SIGNALS:
  void stopRequested();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void elideStatus();

  QString status_;
  QLabel* statusLabel_;
  QLabel* smallRate_;
  QLabel* largeRate_;
  QLabel* timeLeft_;
  QProgressBar* loadBar_;
  QPushButton* stop_;
};

}  // namespace tstitch::ui
