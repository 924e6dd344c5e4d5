#pragma once

#include <QAbstractTableModel>
#include <QImage>
#include <QString>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/quantity.h"

namespace tstitch::ui {

enum class CellState { Waiting, Running, Saved, Failed, Stopped };

/// One picture of the grid, from waiting to saved, failed (with the reason) or stopped.
struct GridCell {
  CellState state = CellState::Waiting;
  QImage image;  ///< the newest preview, then the picture
  QString path;
  QString error;
  double seconds = 0;
  double progress = 0;  ///< 0..1 while running
};

/// Ratios across, seeds down. Cells are numbered as the engine numbers them: the ratio is the slow axis.
class RatioGridModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role { CellRole = Qt::UserRole + 1, CaptionRole };

  using QAbstractTableModel::QAbstractTableModel;

  void begin(std::vector<Percent> ratios, std::vector<std::uint64_t> seeds);
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  [[nodiscard]] int cellCount() const { return static_cast<int>(cells_.size()); }
  [[nodiscard]] const GridCell& cell(int number) const { return cells_.at(static_cast<std::size_t>(number)); }
  [[nodiscard]] const GridCell& cell(const QModelIndex& index) const {
    return cell(numberOf(index.row(), index.column()));
  }
  [[nodiscard]] QModelIndex indexOf(int number) const;
  [[nodiscard]] const std::vector<Percent>& ratios() const { return ratios_; }
  [[nodiscard]] const std::vector<std::uint64_t>& seeds() const { return seeds_; }
  /// "40 %, seed 3: saved /path", as assistive tools hear it.
  [[nodiscard]] QString accessibleName(int number) const;
  /// "40 %  2.1 s  -41 %"; the saving is against the 0 % cell of the same seed, where there is one.
  [[nodiscard]] QString caption(int number) const;
  [[nodiscard]] std::optional<int> savedPercent(int number) const;

  void setRunning(int number);
  void setProgress(int number, double progress);
  void setPreview(int number, const QImage& image);
  void setSaved(int number, const QString& path, const QImage& image, double seconds);
  void setFailed(int number, const QString& error);
  /// The grid ended before these were done: none waits or runs any more.
  void stopRest();
  void failRest(const QString& error);
  [[nodiscard]] int count(CellState state) const;
  /// Why the first failed cell failed; empty when none did.
  [[nodiscard]] QString firstFailure() const;

 private:
  [[nodiscard]] int numberOf(int row, int column) const { return column * static_cast<int>(seeds_.size()) + row; }
  [[nodiscard]] bool isCell(int number) const { return number >= 0 && number < cellCount(); }
  void endRest(CellState end, const QString& error);
  void announce(int number, bool allOfItsSeed = false);

  std::vector<Percent> ratios_;
  std::vector<std::uint64_t> seeds_;
  std::vector<GridCell> cells_;
};

}  // namespace tstitch::ui

Q_DECLARE_METATYPE(tstitch::ui::GridCell)
