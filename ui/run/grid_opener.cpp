#include "ui/run/grid_opener.h"

#include <QFileInfo>
#include <memory>

#include "core/base/error.h"
#include "core/jobs/grid_table.h"
#include "core/jobs/stored_request.h"
#include "ui/convert/picture_loader.h"
#include "ui/engine/engine_client.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

/// Of a grid that did not say what its cells have in common: what a picture of it says.
std::optional<GenerationRequest> requestOfAPicture(const std::filesystem::path& folder, const GridRecord& record) {
  for (const CellRecord& cell : record.cells) {
    if (cell.state != tstitch::CellState::Saved || cell.file != cell.file.filename()) continue;
    try {
      return stored_request(folder / cell.file).request;
    } catch (const Error&) {
      continue;  // gone or changed since
    }
  }
  return std::nullopt;
}

/// In any thread.
GridRecord recordIn(const std::filesystem::path& folder) {
  GridRecord record = read_grid_record(folder);
  if (GridTable(record.axes, record.across).cells() != record.cells.size()) return {};
  if (!record.request) record.request = requestOfAPicture(folder, record);
  return record;
}

}  // namespace

GridOpener::GridOpener(EngineClient& engine, QObject* parent) : QObject(parent), engine_(engine) {}

void GridOpener::open(const QString& folder, const Job& job) {
  const QFileInfo place(folder);
  const QString path = place.isFile() ? place.absolutePath() : place.absoluteFilePath();
  GridJob grid;
  grid.base = job;
  grid.base.count = 1;
  grid.base.output.path = path.toStdString();
  const auto record = std::make_shared<GridRecord>();
  const auto read = [record, at = grid.base.output.path] {
    *record = recordIn(at);
    return QString();
  };
  inBackground(this, read, [this, record, grid, path](const QString&) {
    if (record->cells.empty()) return Q_EMIT problemFound(tr("There is no grid in %1 that can be read.").arg(path));
    findModels(*record, grid);
  });
}

void GridOpener::reopen(const std::shared_ptr<const RunOrder>& order) {
  const auto record = std::make_shared<GridRecord>();
  const auto read = [record, order] {
    *record = recordIn(order->pictures().output.path);
    if (record->axes != order->grid().axes) record->cells.clear();
    return QString();
  };
  inBackground(this, read, [this, record, order](const QString&) { Q_EMIT opened(*order, *record); });
}

void GridOpener::findModels(const GridRecord& record, const GridJob& job) {
  RunOrder order{job};
  GridJob& grid = std::get<GridJob>(order.job);
  grid.axes = record.axes;
  grid.across = record.across;
  for (const CellRecord& cell : record.cells) order.cells.push_back({0, 0, cell.note});
  if (!record.request) {
    Q_EMIT opened(order, record);
    return Q_EMIT problemFound(tr("This grid does not say what its pictures are made from, so it cannot go on."));
  }
  grid.base.request = *record.request;
  engine_.ask(
      this, [request = *record.request](Library& library) { return library.locate(request); },
      [this, order, record](const Reply<GenerationRequest>& reply) {
        RunOrder found = order;
        if (reply.value) std::get<GridJob>(found.job).base.request = *reply.value;
        Q_EMIT opened(found, record);
        if (!reply.value) Q_EMIT problemFound(inWindowWords(reply.problem));
      });
}

}  // namespace tstitch::ui
