#pragma once

#include <QAbstractListModel>
#include <QImage>
#include <QObject>
#include <optional>
#include <set>
#include <vector>

#include "core/trajectory/planner.h"

namespace tstitch::ui {

/// A picture of a grid that was made: what it was made with, how long that took, and what came of it.
struct MadeCell {
  int steps = 0;
  int percent = 0;
  QString seed;
  double seconds = 0;
  QImage image;
};

/// The points of some cells, means over their seeds: seconds as they were measured, and how far a picture is (RMS) from
/// the one of the same seed that the large denoiser alone made in the most steps. Cells without such a picture, and
/// those of another size, tell nothing. Reads no file.
std::vector<PlanPoint> pointsOf(const std::vector<MadeCell>& cells);

/// The point with the least difference that takes no longer than that many seconds; nothing where all do.
std::optional<std::size_t> bestWithin(const std::vector<PlanPoint>& points, double seconds);

/// Points as lines of text: "25 steps, 40 %: 2.1 s, RMS 0.021"; those that no other beats end ", best".
class PlanPointModel : public QAbstractListModel {
  Q_OBJECT

 public:
  using QAbstractListModel::QAbstractListModel;

  void show(std::vector<PlanPoint> points);
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] const std::vector<PlanPoint>& points() const { return points_; }
  /// The points that no other beats, ascending seconds.
  [[nodiscard]] const std::vector<std::size_t>& front() const { return front_; }

 private:
  std::vector<PlanPoint> points_;
  std::vector<std::size_t> front_;
};

}  // namespace tstitch::ui
