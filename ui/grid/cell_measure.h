#pragma once

#include <QObject>
#include <set>

namespace tstitch::ui {

class RatioGridModel;

/// How far the saved cells of a grid are from the 0 % cells beside them: computed in background threads as soon as both
/// are there, and told to the model.
class CellMeasure : public QObject {
  Q_OBJECT

 public:
  explicit CellMeasure(RatioGridModel& model, QObject* parent = nullptr);

 Q_SIGNALS:
  /// The model knows more, or nothing yet of a new grid.
  void measured();

 private:
  void look();
  void measure(int number, int whole);

  RatioGridModel& model_;
  std::set<int> asked_;  ///< cells of this grid
  quint64 grid_ = 0;     ///< answers of an earlier grid count no more
};

}  // namespace tstitch::ui
