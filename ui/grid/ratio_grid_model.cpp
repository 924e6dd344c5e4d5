#include "ui/grid/ratio_grid_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/jobs/grid_files.h"
#include "ui/run/run_progress.h"

namespace tstitch::ui {
namespace {

QString labelOf(const std::pair<std::string, std::string>& value) {
  return QString::fromStdString(axis_label(value.first, value.second));
}

}  // namespace

void RatioGridModel::begin(GridTable table, const QStringList& notes) {
  beginResetModel();
  table_ = std::move(table);
  cells_.assign(table_.cells(), {});
  for (qsizetype i = 0; i < notes.size() && i < cellCount(); ++i) cells_[static_cast<std::size_t>(i)].note = notes[i];
  endResetModel();
}

int RatioGridModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || table_.columns() == 0 ? 0 : static_cast<int>(table_.rows());
}

int RatioGridModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() || table_.rows() == 0 ? 0 : static_cast<int>(table_.columns());
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
      return accessibleName(number);
    case Qt::ToolTipRole:
      return toolTip(number);
    default:
      return {};
  }
}

QVariant RatioGridModel::headerData(int section, Qt::Orientation orientation, int role) const {
  const bool across = orientation == Qt::Horizontal;
  if (role != Qt::DisplayRole || section < 0 || section >= (across ? columnCount() : rowCount())) return {};
  const auto at = static_cast<std::size_t>(section);
  if (across) return labelOf(table_.column_value(at));
  QStringList parts;
  for (const auto& value : table_.row_values(at)) parts << labelOf(value);
  return parts.join(QStringLiteral(", "));
}

QModelIndex RatioGridModel::indexOf(int number) const {
  if (!isCell(number)) return {};
  const auto [row, column] = table_.place(static_cast<std::size_t>(number));
  return index(static_cast<int>(row), static_cast<int>(column));
}

int RatioGridModel::numberOf(int row, int column) const {
  return static_cast<int>(table_.cell(static_cast<std::size_t>(row), static_cast<std::size_t>(column)));
}

QString RatioGridModel::label(int number) const {
  QStringList parts;
  for (const auto& value : table_.values(static_cast<std::size_t>(number))) parts << labelOf(value);
  return parts.join(QStringLiteral(", "));
}

QString RatioGridModel::toolTip(int number) const {
  const QString name = accessibleName(number);
  const auto& difference = cell(number).difference;
  if (!difference) return name;
  const QString rms = QString::number(difference->rms, 'f', 4);
  if (!difference->ssim) return tr("%1\nRMS %2 to 0 %").arg(name, rms);
  return tr("%1\nRMS %2, SSIM %3 to 0 %").arg(name, rms, QString::number(*difference->ssim, 'f', 4));
}

QString RatioGridModel::accessibleName(int number) const {
  const QString place = label(number) + QStringLiteral(": ");
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
  if (!shown.note.isEmpty()) return shown.note;
  QString text = labelOf(table_.values(static_cast<std::size_t>(number)).front());
  if (shown.state != CellState::Saved) return text;
  text += QStringLiteral("   ") + durationText(shown.seconds);
  const auto saved = savedPercent(number);
  return saved && *saved != 0 ? text + tr("   %1%2 %").arg(QChar(*saved > 0 ? u'\u2212' : u'+')).arg(std::abs(*saved))
                              : text;
}

std::optional<int> RatioGridModel::reference(int number) const {
  const auto whole = table_.all_large(static_cast<std::size_t>(number));
  if (!whole || cells_[*whole].state != CellState::Saved) return std::nullopt;
  return static_cast<int>(*whole);
}

std::optional<int> RatioGridModel::savedPercent(int number) const {
  const auto whole = reference(number);
  const GridCell& shown = cell(number);
  if (!whole || shown.state != CellState::Saved || cell(*whole).seconds <= 0) return std::nullopt;
  return static_cast<int>(std::lround(100 * (1 - shown.seconds / cell(*whole).seconds)));
}

std::vector<RatioPoint> RatioGridModel::points() const {
  if (table_.ratios() == nullptr) return {};
  const std::vector<std::string>& ratios = table_.ratios()->values;
  std::vector<RatioPoint> sums(ratios.size());
  std::vector<int> counts(ratios.size());
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const GridCell& one = cells_[i];
    if (one.state != CellState::Saved || !one.difference || !one.difference->ssim) continue;
    const std::size_t at = *table_.ratio_of(i);
    sums[at].seconds += one.seconds;
    sums[at].rms += one.difference->rms;
    sums[at].ssim += *one.difference->ssim - (counts[at]++ == 0 ? 1 : 0);
  }
  std::vector<RatioPoint> points;
  for (std::size_t at = 0; at < ratios.size(); ++at) {
    if (counts[at] == 0) continue;
    const int percent = QString::fromStdString(ratios[at]).remove(u'%').toInt();
    points.push_back({percent, sums[at].seconds / counts[at], sums[at].rms / counts[at], sums[at].ssim / counts[at]});
  }
  std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.percent < b.percent; });
  return points;
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
  const auto known = path == saved.path ? saved.difference : std::nullopt;
  saved = {CellState::Saved, image.isNull() ? saved.image : image, path, {}, saved.note, seconds, 1, known};
  announce(number, true);
}

void RatioGridModel::setDifference(int number, const PictureDifference& difference) {
  if (!isCell(number)) return;
  cells_[static_cast<std::size_t>(number)].difference = difference;
  const QModelIndex at = indexOf(number);
  Q_EMIT dataChanged(at, at, {Qt::ToolTipRole});
}

void RatioGridModel::setFailed(int number, const QString& error) {
  if (!isCell(number)) return;
  GridCell& failed = cells_[static_cast<std::size_t>(number)];
  failed.state = CellState::Failed;
  failed.error = error;
  announce(number);
}

void RatioGridModel::setStopped(int number) {
  if (!isCell(number) || cell(number).state != CellState::Running) return;
  cells_[static_cast<std::size_t>(number)].state = CellState::Stopped;
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

void RatioGridModel::announce(int number, bool allOfItsRow) {
  const QModelIndex at = indexOf(number);
  Q_EMIT dataChanged(at, at, {CellRole, CaptionRole, Qt::AccessibleTextRole});
  // When the 0 % cell ends, the savings of other cells become known.
  if (!allOfItsRow) return;
  const bool across = table_.ratios() != nullptr && table_.column_value(0).first == table_.ratios()->name;
  across ? Q_EMIT dataChanged(index(at.row(), 0), index(at.row(), columnCount() - 1), {CaptionRole})
         : Q_EMIT dataChanged(index(0, at.column()), index(rowCount() - 1, at.column()), {CaptionRole});
}

}  // namespace tstitch::ui
