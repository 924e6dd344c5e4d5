#include "ui/history/picture_folder.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QHash>
#include <QSet>
#include <algorithm>
#include <utility>
#include <vector>

#include "core/jobs/grid_files.h"

namespace tstitch::ui {
namespace {

constexpr std::size_t kMostPictures = 1'000'000;

/// The cells of a grid's folder; nothing for any other folder.
class GridFolders {
 public:
  bool isLeftOut(const QFileInfo& file) {
    const QString folder = file.absolutePath();
    auto known = cells_.find(folder);
    if (known == cells_.end()) known = cells_.insert(folder, cellsOf(folder));
    return known->first && !known->second.contains(file.fileName());
  }

 private:
  static std::pair<bool, QSet<QString>> cellsOf(const QString& folder) {
    std::pair<bool, QSet<QString>> cells;
    cells.first = QFileInfo::exists(folder + QStringLiteral("/grid.json"));
    if (!cells.first) return cells;
    for (const CellRecord& cell : read_grid_record(folder.toStdString()).cells) {
      if (cell.state == CellState::Saved) cells.second.insert(QString::fromStdString(cell.file.string()));
    }
    return cells;
  }

  QHash<QString, std::pair<bool, QSet<QString>>> cells_;
};

}  // namespace

QStringList picturesBelow(const QString& folder, qint64 newerThan) {
  std::vector<std::pair<qint64, QString>> found;
  GridFolders grids;
  QDirIterator all(QDir(folder).absolutePath(), {QStringLiteral("*.png")}, QDir::Files, QDirIterator::Subdirectories);
  while (all.hasNext() && found.size() < kMostPictures) {
    all.next();
    const QFileInfo file = all.fileInfo();
    const qint64 written = file.lastModified().toMSecsSinceEpoch();
    if (written < newerThan || grids.isLeftOut(file)) continue;
    found.emplace_back(written, QDir::cleanPath(file.absoluteFilePath()));
  }
  std::sort(found.begin(), found.end());
  QStringList paths;
  for (auto& [written, path] : found) paths << std::move(path);
  return paths;
}

}  // namespace tstitch::ui
