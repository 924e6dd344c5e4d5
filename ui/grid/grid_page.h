#pragma once

#include <QWidget>
#include <optional>

#include "ui/grid/cell_measure.h"
#include "ui/grid/grid_form.h"
#include "ui/grid/ratio_grid_model.h"
#include "ui/grid/ratio_plot_view.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSlider;

namespace tstitch::ui {

class CellTable;
class LargeCell;
class WholeField;
class StudioState;

/// What a grid is brought into; in the order of the combo box.
enum class ExportFormat { Png, Svg, Pdf, Csv, Json, WebP };

/// Two axes of pictures in one click: the fields, the table of cells, their plot and their export.
class GridPage : public QWidget {
  Q_OBJECT

 public:
  explicit GridPage(QWidget* parent = nullptr);

  [[nodiscard]] GridForm* form() { return form_; }
  /// What the fields ask for; nothing when it cannot be made.
  [[nodiscard]] const std::optional<WantedGrid>& wanted() const { return form_->wanted(); }
  /// How long that would take, as a sentence; empty where nobody knows.
  void setEstimate(const QString& sentence);
  /// The seconds of a cell are the median of so many runs.
  [[nodiscard]] int repeats() const;
  void restore(const StudioState& state);
  void store(StudioState& state) const;

  RatioGridModel* model() { return &model_; }
  void begin(GridTable table, const QStringList& notes);
  /// Told as `Grid: TEXT` to assistive tools.
  void setSummary(const QString& text);
  /// What shared steps save of the grid that is being made.
  void setShared(int percent);
  /// How many cells are saved, failed and stopped.
  void showStand();
  /// The same after the end, and what may be done about unfinished cells.
  void showEnd(std::optional<int> sharedPercent);
  /// Export is possible once a picture is there and no other export is being written.
  void updateExport(bool exporting = false);
  [[nodiscard]] ExportFormat exportFormat() const;

 Q_SIGNALS:
  void makeRequested();
  /// What stands in the fields.
  void axesChanged();
  /// What would be made is another grid now.
  void wantedChanged();
  void exportRequested();
  /// The same grid again: what is saved stays.
  void continueRequested();
  /// The folder of a grid.
  void openRequested(const QString& folder);
  /// A cell was activated (Enter or double click): its picture shall open in Create.
  void cellOpened(const QString& path);
  void compareRequested(const QString& pathA, const QString& pathB);

 private:
  QWidget* buildBar();
  QWidget* buildTools();
  QWidget* buildPlot();
  void connectControls();
  void update();
  void updateCompare();
  void compareChosen();
  void askFolder();
  void look(const QModelIndex& index);
  void openCell(const QModelIndex& index);
  [[nodiscard]] QStringList standParts() const;

  RatioGridModel model_;
  CellMeasure measure_{model_};
  RatioPlotModel plot_;
  GridForm* form_;
  QPushButton* make_;
  QPushButton* continue_;
  QPushButton* retry_;
  QPushButton* open_;
  QComboBox* format_;
  QPushButton* export_;
  QPushButton* compare_;
  QSlider* size_;
  WholeField* repeats_;
  QLabel* summary_;
  QLabel* problem_;
  QLabel* plan_;
  CellTable* table_;
  LargeCell* large_;
  QWidget* plotArea_;
  QString estimate_;
  std::optional<int> shared_;
};

/// What shared prefixes saved: the share of evaluations that a grid without sharing would have run on top, in percent.
int sharedStepsPercent(int alone, const std::map<DenoiserName, int>& run);

}  // namespace tstitch::ui
