#pragma once

#include <QWidget>
#include <optional>

#include "core/jobs/job.h"
#include "ui/grid/ratio_grid_model.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace tstitch::ui {

class CellTable;
class StudioState;

/// What the two fields ask for; nothing when one of them cannot be read.
struct GridAxes {
  std::vector<Percent> ratios;
  std::vector<std::uint64_t> seeds;
};

/// Of a grid that such a page asked for, as its job writes them.
GridAxes axesOf(const GridJob& job);
std::vector<GridAxis> gridAxesOf(const GridAxes& axes);

/// Ratios x seeds in one click: the fields, the table of cells, and their export.
class GridPage : public QWidget {
  Q_OBJECT

 public:
  explicit GridPage(QWidget* parent = nullptr);

  [[nodiscard]] std::optional<GridAxes> axes() const;
  /// The seed that Create shows, used where `Seeds` is left empty.
  void setCreateSeed(std::uint64_t seed);
  /// Why Create's settings cannot run; empty when they can.
  void setCreateProblems(const QString& problems);
  void restore(const StudioState& state);
  void store(StudioState& state) const;

  RatioGridModel* model() { return &model_; }
  void begin(const GridAxes& axes);
  /// Told as `Grid: TEXT` to assistive tools.
  void setSummary(const QString& text);
  /// How many cells are saved, failed and stopped.
  void showStand();
  /// The same after the end: also what shared steps saved, and what may be done about unfinished cells.
  void showEnd(int sharedPercent);
  /// Export is possible once a picture is there and no other export is being written.
  void updateExport(bool exporting = false);

 Q_SIGNALS:
  void makeRequested();
  /// What stands in the fields of ratios and seeds.
  void axesChanged();
  void exportRequested();
  /// The same grid again: what is saved stays.
  void continueRequested();
  /// A cell was activated (Enter or double click): its picture shall open in Create.
  void cellOpened(const QString& path);

 private:
  void update();
  [[nodiscard]] QStringList standParts() const;

  RatioGridModel model_;
  QLineEdit* ratios_;
  QLineEdit* seeds_;
  QPushButton* make_;
  QPushButton* continue_;
  QPushButton* retry_;
  QPushButton* export_;
  QLabel* summary_;
  QLabel* problem_;
  CellTable* table_;
  QString createProblems_;
  std::uint64_t createSeed_ = 0;
};

/// What shared prefixes saved: the share of evaluations that a grid without sharing would have run on top, in percent.
int sharedStepsPercent(const std::vector<Percent>& ratios, int seeds, int evaluations,
                       const std::map<DenoiserName, int>& run);

}  // namespace tstitch::ui
