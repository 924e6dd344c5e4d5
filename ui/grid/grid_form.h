#pragma once

#include <QString>
#include <QWidget>
#include <map>
#include <optional>
#include <vector>

#include "core/jobs/grid_files.h"
#include "core/trajectory/ratio_grid.h"

class QComboBox;
class QLineEdit;

namespace tstitch::ui {

class StudioState;

/// What a grid is made from: the request that Create shows, and what its pairs run with.
struct GridBase {
  GenerationRequest request;
  PairDenoisers pairs;
  QString problems;  ///< why Create's settings cannot run; empty when they can
};

/// A grid that can be asked for: its axes, the one across first, and its cells.
struct WantedGrid {
  std::vector<GridAxis> axes;
  std::vector<tstitch::GridCell> cells;
};

/// What stands in the form: the axes that were chosen, and the values of all axes by their names.
struct GridTexts {
  QString columns;
  QString rows;
  std::map<QString, QString> values;
};

/// What would have to stand there for that grid; of more than two axes the one across and the slowest other.
GridTexts textsOf(const GridRecord& record);

/// The two axes of a grid and their values. `Ratios` and `Seeds` are the values of those axes wherever they stand, so
/// what is typed for an axis is kept when another one is chosen. An empty field is no axis; empty seeds are Create's.
class GridForm : public QWidget {
  Q_OBJECT

 public:
  explicit GridForm(QWidget* parent = nullptr);

  void setBase(GridBase base);
  /// Chooses the axes and writes their values, as the user would.
  void setAxes(const QString& columns, const QString& columnValues, const QString& rows, const QString& rowValues);
  void restore(const StudioState& state);
  void store(StudioState& state) const;

  [[nodiscard]] GridTexts texts() const;
  /// Axes without values here keep theirs.
  void setTexts(const GridTexts& texts);

  /// Nothing while something cannot be read.
  [[nodiscard]] const std::optional<WantedGrid>& wanted() const { return wanted_; }
  /// Why there is none, as a sentence.
  [[nodiscard]] const QString& problem() const { return problem_; }
  [[nodiscard]] QString columns() const;

 Q_SIGNALS:
  /// By the user, or by Create.
  void changed();
  /// By the user.
  void edited();

 private:
  struct Field {
    QLineEdit* line;
    QString fixedAxis;  ///< the one whose values it always holds; empty: the chosen one's
    QComboBox* axis;
  };

  QLineEdit* addField(const QString& name, const QString& fixedAxis, QComboBox* axis);
  void layOut();
  [[nodiscard]] QString axisOf(const Field& field) const;
  void takeText(const Field& field);
  void showAxes();
  void read();
  [[nodiscard]] std::vector<GridAxis> readAxes() const;
  void mark();

  GridBase base_;
  std::map<QString, QString> texts_;  ///< of all axes, by their names
  QComboBox* columns_;
  QComboBox* rows_;
  std::vector<Field> fields_;
  std::optional<WantedGrid> wanted_;
  QString problem_;
};

}  // namespace tstitch::ui
