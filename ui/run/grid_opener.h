#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "core/jobs/grid_files.h"
#include "ui/session/run_order.h"

namespace tstitch::ui {

class EngineClient;

/// Reads the grid that an earlier sitting left in a folder, and finds its models, so that it can be looked at, exported
/// and gone on with.
class GridOpener : public QObject {
  Q_OBJECT

 public:
  GridOpener(EngineClient& engine, QObject* parent);

  /// `folder` or the grid.json in it; `job` says how its cells would be made.
  void open(const QString& folder, const Job& job);
  /// The grid of a job that is not done, with what of it lies in its folder; nothing may be there yet.
  void reopen(const std::shared_ptr<const RunOrder>& order);

 Q_SIGNALS:
  void opened(const tstitch::ui::RunOrder& order, const tstitch::GridRecord& record);
  /// Why there is no grid, or why it cannot be gone on with.
  void problemFound(const QString& sentence);

 private:
  void findModels(const GridRecord& record, const GridJob& job);

  EngineClient& engine_;
};

}  // namespace tstitch::ui
