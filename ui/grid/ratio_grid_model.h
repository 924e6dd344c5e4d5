#pragma once

#include <QAbstractTableModel>
#include <QImage>
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "core/image/picture_difference.h"
#include "core/jobs/grid_table.h"
#include "core/jobs/ratio_plot.h"

namespace tstitch::ui {

enum class CellState { Waiting, Running, Saved, Failed, Stopped };

/// One picture of the grid, from waiting to saved, failed (with the reason) or stopped.
struct GridCell {
  CellState state = CellState::Waiting;
  QImage image;  ///< the newest preview, then the picture
  QString path;
  QString error;
  QString note;  ///< "0 of 3, same as 0 %": whose picture it shares
  double seconds = 0;
  double progress = 0;                               ///< 0..1 while running
  std::optional<PictureDifference> difference = {};  ///< to the 0 % cell beside it
};

/// The cells of a grid, one axis across and the others down, numbered as the engine numbers them.
class RatioGridModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role { CellRole = Qt::UserRole + 1, CaptionRole };

  using QAbstractTableModel::QAbstractTableModel;

  /// `notes`: one a cell, or none at all.
  void begin(GridTable table, const QStringList& notes = {});
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  [[nodiscard]] const GridTable& table() const { return table_; }
  [[nodiscard]] int cellCount() const { return static_cast<int>(cells_.size()); }
  [[nodiscard]] const GridCell& cell(int number) const { return cells_.at(static_cast<std::size_t>(number)); }
  [[nodiscard]] const GridCell& cell(const QModelIndex& index) const {
    return cell(numberOf(index.row(), index.column()));
  }
  [[nodiscard]] QModelIndex indexOf(int number) const;
  [[nodiscard]] int numberOf(int row, int column) const;
  /// "40 %, seed 3", the axis across first.
  [[nodiscard]] QString label(int number) const;
  /// "40 %, seed 3: saved /path", as assistive tools hear it.
  [[nodiscard]] QString accessibleName(int number) const;
  /// "40 %  2.1 s  -41 %", the saving against the 0 % cell beside it, where there is one; or whose picture it shares.
  [[nodiscard]] QString caption(int number) const;
  [[nodiscard]] std::optional<int> savedPercent(int number) const;
  /// The 0 % cell beside it, as soon as it is saved.
  [[nodiscard]] std::optional<int> reference(int number) const;
  /// Means over the saved cells of each ratio; ratios without a measured cell are left out.
  [[nodiscard]] std::vector<RatioPoint> points() const;

  void setRunning(int number);
  void setProgress(int number, double progress);
  void setPreview(int number, const QImage& image);
  void setSaved(int number, const QString& path, const QImage& image, double seconds);
  void setFailed(int number, const QString& error);
  /// It was let go while it was being made.
  void setStopped(int number);
  void setDifference(int number, const PictureDifference& difference);
  /// The grid ended before these were done: none waits or runs any more.
  void stopRest();
  void failRest(const QString& error);
  [[nodiscard]] int count(CellState state) const;
  /// Why the first failed cell failed; empty when none did.
  [[nodiscard]] QString firstFailure() const;

 private:
  [[nodiscard]] bool isCell(int number) const { return number >= 0 && number < cellCount(); }
  [[nodiscard]] QString toolTip(int number) const;
  void endRest(CellState end, const QString& error);
  void announce(int number, bool allOfItsRow = false);

  GridTable table_;
  std::vector<GridCell> cells_;
};

}  // namespace tstitch::ui

Q_DECLARE_METATYPE(tstitch::ui::GridCell)
