#include "ui/grid/ratio_grid_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/run/run_progress.h"

namespace tstitch::ui {

void RatioGridModel::begin(std::vector<Percent> ratios, std::vector<std::uint64_t> seeds) {
  beginResetModel();
  ratios_ = std::move(ratios);
  seeds_ = std::move(seeds);
  cells_.assign(ratios_.size() * seeds_.size(), {});
  endResetModel();
}

int RatioGridModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || ratios_.empty() ? 0 : static_cast<int>(seeds_.size());
}

int RatioGridModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() || seeds_.empty() ? 0 : static_cast<int>(ratios_.size());
}

QVariant RatioGridModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const int number = numberOf(index.row(), index.column());
  switch (role) {
    case CellRole:
      return QVariant::fromValue(cell(number));
    case CaptionRole:
      return caption(number);
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole:
      return accessibleName(number);
    default:
      return {};
  }
}

QVariant RatioGridModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole) return {};
  const auto at = static_cast<std::size_t>(section);
  if (orientation == Qt::Horizontal) return at < ratios_.size() ? tr("%1 %").arg(ratios_[at].value) : QVariant();
  return at < seeds_.size() ? tr("seed %1").arg(seeds_[at]) : QVariant();
}

QModelIndex RatioGridModel::indexOf(int number) const {
  const int rows = static_cast<int>(seeds_.size());
  return rows == 0 ? QModelIndex() : index(number % rows, number / rows);
}

QString RatioGridModel::accessibleName(int number) const {
  const QModelIndex at = indexOf(number);
  const QString place = tr("%1 %, seed %2: ")
                            .arg(ratios_[static_cast<std::size_t>(at.column())].value)
                            .arg(seeds_[static_cast<std::size_t>(at.row())]);
  const GridCell& shown = cell(number);
  switch (shown.state) {
    case CellState::Waiting:
      return place + tr("waiting");
    case CellState::Running:
      return place + tr("running");
    case CellState::Saved:
      return place + tr("saved %1").arg(shown.path);
    case CellState::Stopped:
      return place + tr("stopped");
    case CellState::Failed:
      break;
  }
  return place + tr("failed: %1").arg(shown.error);
}

QString RatioGridModel::caption(int number) const {
  const GridCell& shown = cell(number);
  QString text = tr("%1 %").arg(ratios_[static_cast<std::size_t>(indexOf(number).column())].value);
  if (shown.state != CellState::Saved) return text;
  text += QStringLiteral("   ") + durationText(shown.seconds);
  const auto saved = savedPercent(number);
  return saved && *saved != 0 ? text + tr("   %1%2 %").arg(QChar(*saved > 0 ? u'\u2212' : u'+')).arg(std::abs(*saved))
                              : text;
}

std::optional<int> RatioGridModel::savedPercent(int number) const {
  const auto zero = std::find(ratios_.begin(), ratios_.end(), Percent{0});
  if (zero == ratios_.end()) return std::nullopt;
  const GridCell& whole = cell(numberOf(indexOf(number).row(), static_cast<int>(zero - ratios_.begin())));
  const GridCell& shown = cell(number);
  if (whole.state != CellState::Saved || shown.state != CellState::Saved || whole.seconds <= 0) return std::nullopt;
  return static_cast<int>(std::lround(100 * (1 - shown.seconds / whole.seconds)));
}

void RatioGridModel::setRunning(int number) {
  if (!isCell(number)) return;
  cells_[static_cast<std::size_t>(number)].state = CellState::Running;
  announce(number);
}

void RatioGridModel::setProgress(int number, double progress) {
  if (!isCell(number)) return;
  cells_[static_cast<std::size_t>(number)].progress = progress;
  const QModelIndex at = indexOf(number);
  Q_EMIT dataChanged(at, at, {CellRole});
}

void RatioGridModel::setPreview(int number, const QImage& image) {
  if (!isCell(number) || cell(number).state == CellState::Saved) return;
  cells_[static_cast<std::size_t>(number)].image = image;
  const QModelIndex at = indexOf(number);
  Q_EMIT dataChanged(at, at, {CellRole});
}

void RatioGridModel::setSaved(int number, const QString& path, const QImage& image, double seconds) {
  if (!isCell(number)) return;
  GridCell& saved = cells_[static_cast<std::size_t>(number)];
  saved = {CellState::Saved, image.isNull() ? saved.image : image, path, {}, seconds, 1};
  announce(number, true);
}

void RatioGridModel::setFailed(int number, const QString& error) {
  if (!isCell(number)) return;
  GridCell& failed = cells_[static_cast<std::size_t>(number)];
  failed.state = CellState::Failed;
  failed.error = error;
  announce(number);
}

void RatioGridModel::stopRest() {
  endRest(CellState::Stopped, {});
}

void RatioGridModel::failRest(const QString& error) {
  endRest(CellState::Failed, error);
}

void RatioGridModel::endRest(CellState end, const QString& error) {
  for (int number = 0; number < cellCount(); ++number) {
    GridCell& cell = cells_[static_cast<std::size_t>(number)];
    if (cell.state != CellState::Waiting && cell.state != CellState::Running) continue;
    cell.state = end;
    cell.error = error;
    announce(number);
  }
}

int RatioGridModel::count(CellState state) const {
  return static_cast<int>(
      std::count_if(cells_.begin(), cells_.end(), [&](const GridCell& cell) { return cell.state == state; }));
}

QString RatioGridModel::firstFailure() const {
  const auto failed =
      std::find_if(cells_.begin(), cells_.end(), [](const GridCell& cell) { return cell.state == CellState::Failed; });
  return failed == cells_.end() ? QString() : failed->error;
}

void RatioGridModel::announce(int number, bool allOfItsSeed) {
  const QModelIndex at = indexOf(number);
  Q_EMIT dataChanged(at, at, {CellRole, CaptionRole, Qt::AccessibleTextRole});
  // When the 0 % cell ends, the savings of its seed's other cells become known.
  if (allOfItsSeed) Q_EMIT dataChanged(index(at.row(), 0), index(at.row(), columnCount() - 1), {CaptionRole});
}

}  // namespace tstitch::ui
