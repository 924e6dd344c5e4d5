#pragma once

#include <QObject>
#include <QString>
#include <functional>

#include "core/jobs/grid_files.h"

namespace tstitch::ui {

class GridForm;

/// Brings a grid's settings back from its figure or its exported numbers: the axes into the form here, what the cells
/// have in common through whoever hears of it.
class GridRestore : public QObject {
  Q_OBJECT

 public:
  GridRestore(GridForm& form, QObject* parent);

  /// Reads the file in the background. `otherwise` is called where it is nothing of a grid.
  void take(const QString& path, std::function<void()> otherwise);

 Q_SIGNALS:
  /// The form shows that grid's axes; `undo` shows again what it showed before.
  void restored(const QString& path, const tstitch::GridRecord& record, const std::function<void()>& undo);
  void problemFound(const QString& sentence);

 private:
  void show(const QString& path, const GridRecord& record);

  GridForm& form_;
};

/// Whether a file of that name may be a figure of a grid or its numbers.
bool mayBeFigure(const QString& path);

}  // namespace tstitch::ui
