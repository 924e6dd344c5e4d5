#pragma once

#include <QObject>
#include <QSize>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "ui/grid/grid_page.h"
#include "ui/preview/preview_pump.h"
#include "ui/run/run_progress.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {

class Filmstrip;
class GenerationController;
class PictureView;
class RunStrip;
class TrajectoryBar;

/// What the window must know of a run when its events come: the controls may say something else by then.
struct RunPlan {
  int small = 0;
  int evaluations = 0;
  MeasuredSeconds measured;
  QSize finalSize;
  std::optional<GridAxes> grid;    ///< where the run is a grid
  std::vector<int> smallOfColumn;  ///< small evaluations of each of the grid's ratios
  std::shared_ptr<const GridJob> gridJob;
  int pictures = 1;                          ///< of the whole run
  std::optional<GenerationRequest> request;  ///< where the run is no grid
};

/// The widgets that show a run; all outlive the presenter.
struct RunViews {
  RunStrip& strip;
  PictureView& picture;
  Filmstrip& filmstrip;
  TrajectoryBar& bar;
  GridPage& grid;
  NoticeBar& notice;
};

/// Shows what the engine reports: status, bar, rates, previews, filmstrip, cells, the end.
class RunPresenter : public QObject {
  Q_OBJECT

 public:
  RunPresenter(GenerationController& controller, RunViews views, QObject* parent = nullptr);

  /// To be called as soon as the controller has given the run its number.
  void expect(RunId run, RunPlan plan);
  /// "saved PATH" for a file that the window itself wrote, while nothing runs.
  void showExported(const QString& path);
  /// A run draws in the big view now.
  [[nodiscard]] bool ownsPicture() const { return running_ && (plan() == nullptr || !plan()->grid); }
  /// Of the grid that stands in the table; nothing before the first.
  [[nodiscard]] const std::optional<RunPlan>& shownGrid() const { return shownGrid_; }

 Q_SIGNALS:
  /// Of the first picture of a run.
  void seedUsed(quint64 seed);
  /// A run ended; measured times may have changed.
  void runOver();

 private:
  void connectController();
  void start(RunId run);
  void take(RunId run, const Event& event);
  void takeGridEvent(const Event& event);
  void takePicture(const SavedImage& saved);
  void beginCell(int cell);
  void endCell(const CellEnded& ended);
  void end(RunId run, const Outcome& outcome);
  void endGrid(RunId run, const GridReport& report, const QString& problem);
  void close(RunId run);
  void tellEarlier(const GenerationRequest& request);
  void showPrepareEvent(const Event& event);
  void setEnding(const QString& status);
  [[nodiscard]] QString gridEnding(const GridReport& report, const QString& problem) const;
  void endCells(const GridReport& report, const QString& problem);
  void showProgress();
  [[nodiscard]] const RunPlan* plan() const;

  GenerationController& controller_;
  RunViews views_;
  PreviewPump pump_;
  std::map<RunId, RunPlan> plans_;
  std::optional<RunPlan> shownGrid_;
  std::deque<std::pair<GenerationRequest, QString>> made_;  ///< in this sitting, with their files; bounded
  std::optional<RunId> running_;
  RunProgress progress_;
  int cell_ = -1;
  std::optional<SavedImage> cellPicture_;
  bool seedIsTold_ = false;
  bool ended_ = false;         ///< the status tells how the last run ended
  bool barIsTouched_ = false;  ///< the user looks at the next run's trajectory already
};

/// "failed: ..." for people: where, what and what to do, as one sentence.
QString sentenceOf(const Failed& failed);

}  // namespace tstitch::ui
