#pragma once

#include <QObject>
#include <QString>
#include <functional>
#include <memory>

#include "core/jobs/job.h"
#include "ui/run/grid_counts.h"
#include "ui/session/run_order.h"

namespace tstitch {
struct GridRecord;
}

namespace tstitch::ui {

class CreatePanel;
class GridOpener;
class GridPage;
class GridRestore;
class NoticeBar;
class PairBox;
class RunPresenter;
class Session;
class SettingsImport;

/// What a grid's desk works with; all outlive it.
struct GridViews {
  GridPage& page;
  CreatePanel& panel;
  PairBox& pairs;
  SettingsImport& import;
  NoticeBar& notice;
  RunPresenter& presenter;
};

/// What becomes of what the Grid page asks for: grids are made, gone on with, opened, exported, and brought back from
/// their figures. One that the last sitting left in the queue is shown as it stands.
class GridDesk : public QObject {
  Q_OBJECT

 public:
  /// What a request becomes with the settings as they stand; its output is a folder.
  using MakeJob = std::function<Job(const GenerationRequest&)>;

  GridDesk(Session& session, GridViews views, MakeJob makeJob, QObject* parent);

  void make();
  /// The grid that is shown, again: what is saved stays, the rest is made.
  void goOn();
  /// Create's settings have changed, or what they cost.
  void followRequest(const GenerationRequest& request);
  void estimate();
  /// Restores a grid's settings from its figure; `otherwise` is called where the file is none.
  void takeFile(const QString& path, std::function<void()> otherwise);

 Q_SIGNALS:
  /// A grid has something to show.
  void pageWanted();

 private:
  void connectPage();
  void showLeftGrid();
  void exportShown();
  void restore(const QString& path, const GridRecord& record, const std::function<void()>& undo);
  [[nodiscard]] QString shownFolder() const;
  [[nodiscard]] PairDenoisers pairDenoisers() const;
  [[nodiscard]] ShapeOf shapeOf() const;

  Session& session_;
  GridViews views_;
  MakeJob makeJob_;
  GridOpener* opener_;
  GridRestore* restore_;
};

}  // namespace tstitch::ui
