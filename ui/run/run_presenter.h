#pragma once

#include <QObject>
#include <QSize>
#include <map>
#include <optional>

#include "ui/grid/grid_page.h"
#include "ui/preview/preview_pump.h"
#include "ui/run/run_progress.h"

namespace tstitch::ui {

class Filmstrip;
class GenerationController;
class NoticeBar;
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
  /// "saved PATH" for a file that the window itself wrote.
  void showExported(const QString& path);

 Q_SIGNALS:
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
  void showPrepareEvent(const Event& event);
  void setEnding(const QString& status);
  void showProgress();
  [[nodiscard]] const RunPlan* plan() const;

  GenerationController& controller_;
  RunViews views_;
  PreviewPump pump_;
  std::map<RunId, RunPlan> plans_;
  std::optional<RunId> running_;
  RunProgress progress_;
  int cell_ = -1;
  std::optional<SavedImage> cellPicture_;
  bool ended_ = false;         ///< the status tells how the last run ended
  bool barIsTouched_ = false;  ///< the user looks at the next run's trajectory already
};

/// "failed: ..." for people: where, what and what to do, as one sentence.
QString sentenceOf(const Failed& failed);

}  // namespace tstitch::ui
