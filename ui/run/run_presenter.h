#pragma once

#include <QObject>
#include <deque>
#include <memory>
#include <optional>

#include "ui/preview/preview_pump.h"
#include "ui/run/run_progress.h"
#include "ui/session/run_order.h"

namespace tstitch {
struct GridRecord;
}

namespace tstitch::ui {

class GridPage;
class NoticeBar;
class PictureView;
class RunStrip;
class Session;
class TrajectoryBar;

/// The widgets that show a run; all outlive the presenter.
struct RunViews {
  RunStrip& strip;
  PictureView& picture;
  TrajectoryBar& bar;
  GridPage& grid;
  NoticeBar& notice;
};

/// Shows what the engines report: status, bar, rates, previews, filmstrip, cells, the end; of several runs the first.
class RunPresenter : public QObject {
  Q_OBJECT

 public:
  RunPresenter(Session& session, RunViews views, QObject* parent = nullptr);

  /// "saved PATH" for a file that the window itself wrote, while nothing runs.
  void showExported(const QString& path);
  /// A grid of an earlier sitting, which `order` would go on with; nothing while something runs.
  void showGrid(const RunOrder& order, const GridRecord& record);
  /// "failed: ..." for an engine that is not to be had, while nothing runs; empty when it is there again.
  void showEngineProblem(const QString& sentence);
  /// A run draws in the big view now.
  [[nodiscard]] bool ownsPicture() const { return running_ && !order_->isGrid(); }
  /// Of the grid that stands in the table; nothing before the first.
  [[nodiscard]] const std::shared_ptr<const RunOrder>& shownGrid() const { return shownGrid_; }

 Q_SIGNALS:
  /// That run is the one that is shown from now on.
  void shown(quint64 run);
  /// Of the first picture of a run.
  void seedUsed(quint64 seed);
  /// How much of the whole run is done, 0..1; nothing when none goes on.
  void progressed(std::optional<double> share);
  /// What the status says of its end.
  void ended(const QString& status, bool failed);
  /// A run ended; measured times may have changed.
  void runOver();

 private:
  void connectSession();
  void start(RunId run);
  void take(RunId run, const Event& event);
  void takeGridEvent(const Event& event);
  void takePicture(const SavedImage& saved);
  void beginGrid();
  void takeCounts(const EvaluationCounts& counts);
  void beginCell(int cell);
  void endCell(const CellEnded& ended);
  void end(RunId run, const Outcome& outcome);
  void endGrid(RunId run, const GridReport& report, const QString& problem);
  void close();
  /// Runs beside the shown one come when it has ended.
  void showNext();
  void leaveOut(RunId run, const QString& problem);
  void showPrepareEvent(const Event& event);
  void setEnding(const QString& status, bool failed = false);
  [[nodiscard]] QString gridEnding(const GridReport& report, const QString& problem) const;
  void endCells(const GridReport& report, const QString& problem);
  void showProgress();

  Session& session_;
  RunViews views_;
  PreviewPump pump_;
  std::shared_ptr<const RunOrder> order_;  ///< of the run that is shown, also after its end
  std::shared_ptr<const RunOrder> shownGrid_;
  std::optional<RunId> running_;
  std::deque<RunId> others_;  ///< that run on other engines
  RunProgress progress_;
  int cell_ = -1;
  std::optional<SavedImage> cellPicture_;
  bool seedIsTold_ = false;
  bool ended_ = false;         ///< the status tells how the last run ended
  bool restarted_ = false;     ///< the engine, since the last evaluation
  bool barIsTouched_ = false;  ///< the user looks at the next run's trajectory already
};

/// "failed: ..." for people: where, what and what to do, as one sentence.
QString sentenceOf(const Failed& failed);

}  // namespace tstitch::ui
