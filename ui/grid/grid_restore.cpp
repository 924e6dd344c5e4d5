#include "ui/grid/grid_restore.h"

#include <memory>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/jobs/figure_reading.h"
#include "ui/convert/picture_loader.h"
#include "ui/grid/grid_form.h"

namespace tstitch::ui {

bool mayBeFigure(const QString& path) {
  for (const char* ending : {".png", ".svg", ".pdf", ".json"}) {
    if (path.endsWith(QLatin1String(ending), Qt::CaseInsensitive)) return true;
  }
  return false;
}

GridRestore::GridRestore(GridForm& form, QObject* parent) : QObject(parent), form_(form) {}

void GridRestore::take(const QString& path, std::function<void()> otherwise) {
  if (!mayBeFigure(path)) return otherwise();
  const auto record = std::make_shared<std::optional<GridRecord>>();
  const auto read = [record, path] {
    try {
      *record = read_grid_figure(path.toStdString());
    } catch (const Error& error) {
      const bool isOthers = path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive) ||
                            path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
      if (!isOthers) return QString::fromStdString(error.sentence());  // else whoever reads those says it better
    }
    return QString();
  };
  inBackground(this, read, [this, record, path, otherwise = std::move(otherwise)](const QString& problem) {
    if (!problem.isEmpty()) return Q_EMIT problemFound(problem);
    *record ? show(path, **record) : otherwise();
  });
}

void GridRestore::show(const QString& path, const GridRecord& record) {
  const GridTexts before = form_.texts();
  form_.setTexts(textsOf(record));
  Q_EMIT restored(path, record, [form = &form_, before] { form->setTexts(before); });
}

}  // namespace tstitch::ui
